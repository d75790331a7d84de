import ForeignWeights
import Foundation
import Layers
import Pix2Pix
import SuperResolution
import TensorCore
import Training

/// A network that another program trained, in that program's file: ready to be used, or to be kept as a model folder.
///
///     let model = try ForeignModel(path: "RealESRGAN_x4plus.pth")
///     try model.write(to: "Models/x4plus", name: "x4plus", license: "BSD-3-Clause")
public struct ForeignModel: Sendable {
    /// The file.
    public let path: String
    /// What kind of file it is.
    public let format: ForeignWeights.Format
    /// What the network is, with its sizes.
    public let network: NetworkDescription
    /// By PyTorch's names.
    public let tensors: [String: Tensor]

    /// How a network is built that is known by its description.
    private enum Configuration {
        case translation(Pix2PixConfiguration)
        case upscaling(SuperResolutionConfiguration)
    }

    private let configuration: Configuration

    /// Whether there is a file of that name, rather than a folder or nothing.
    public static func isFile(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
    }

    /// Reads a file and recognizes its network.
    ///
    /// - Throws: `ForeignWeightsError` when it cannot be read or its network is not known, `CatalogError` when the
    ///   network is of a size that is not built here.
    public init(path: String) throws {
        let weights = try ForeignWeights(path: path)
        let detected = try weights.network()
        self.path = path
        format = weights.format
        network = detected.description
        tensors = detected.tensors
        configuration = Self.configuration(of: network)
        do {
            switch configuration {
            case .translation(let configuration): try configuration.checkExtents()
            case .upscaling(let configuration): try configuration.checkExtents()
            }
        } catch {
            throw CatalogError.unloadable(name: path, reason: "\(error)")
        }
    }

    /// The model family: `pix2pix` or `sr`.
    public var kind: String {
        switch configuration {
        case .translation: Pix2PixConfiguration.kind
        case .upscaling: SuperResolutionConfiguration.kind
        }
    }

    /// What people may call it: the file's name without its ending.
    public var name: String { URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent }

    /// The network's configuration and weights as a translator.
    ///
    /// - Throws: `CatalogError` when it is none.
    public func translation() throws -> (configuration: Pix2PixConfiguration, weights: [String: Tensor]) {
        guard case .translation(let configuration) = configuration else {
            throw CatalogError.wrongKind(name: path, kind: kind, wanted: "a pix2pix model")
        }
        return (configuration, tensors)
    }

    /// The network as something that translates images.
    ///
    /// - Parameters:
    ///   - statistics: whose mean and variance batch normalization uses; nil for what public models expect.
    ///   - precision: the arithmetic that it computes in.
    ///   - noise: where dropout draws from; nil leaves it out.
    /// - Throws: `CatalogError` when it is no translator.
    public func translator(
        statistics: Pix2PixConfiguration.Statistics? = nil,
        precision: Precision = .float32, noise: Random? = nil
    ) throws -> (translator: Translator, configuration: Pix2PixConfiguration) {
        let configuration = try translation().configuration
        let generator = configuration.generator.makeGenerator(random: Random(seed: 0))
        try generator.load(tensors)
        let translator = Translator(
            generator, statistics: statistics ?? configuration.statistics, precision: precision, noise: noise)
        return (translator, configuration)
    }

    /// The network as something that upscales images.
    ///
    /// - Throws: `CatalogError` when it is no upscaler.
    public func upscaler() throws -> (upscaler: Upscaler, configuration: SuperResolutionConfiguration) {
        guard case .upscaling(let configuration) = configuration else {
            throw CatalogError.wrongKind(name: path, kind: kind, wanted: "an sr model")
        }
        let generator = configuration.generator.makeGenerator(random: Random(seed: 0))
        try generator.load(tensors)
        return (Upscaler(generator, resize: configuration.resize), configuration)
    }

    /// Writes a model folder. Weights become 16-bit floats when that changes none of them.
    ///
    /// - Parameters:
    ///   - name: what the model is called; nil for the file's name.
    ///   - description: a line for people; nil for the network in words.
    ///   - license: under which license the weights are, where it is known.
    /// - Throws: `FileWriteError` when the folder cannot be written.
    public func write(
        to folder: String, name: String? = nil, description: String? = nil, license: String? = nil
    ) throws {
        let provenance = [
            "imported": URL(fileURLWithPath: path).lastPathComponent, "format": format.rawValue,
            "network": network.description, "software": Software.description,
        ]
        func write(_ configuration: some Codable & Sendable) throws {
            try ModelManifest(
                kind: kind, name: name ?? self.name, description: description ?? network.description,
                license: license, provenance: provenance, configuration: configuration
            ).write(to: folder, weights: tensors, precision: tensors.precision)
        }
        switch configuration {
        case .translation(let configuration): try write(configuration)
        case .upscaling(let configuration): try write(configuration)
        }
    }

    private static func configuration(of network: NetworkDescription) -> Configuration {
        switch network {
        case .unet(let unet):
            return .translation(
                translation(unet.inputs, unet.outputs, unet.normalization) { generator in
                    (generator.network, generator.depth, generator.width) = (.unet, unet.levels, unet.width)
                    generator.dropout = true
                })
        case .resnet(let resnet):
            return .translation(
                translation(resnet.inputs, resnet.outputs, resnet.normalization) { generator in
                    (generator.network, generator.depth, generator.width) = (.resnet, resnet.blocks, resnet.width)
                    generator.dropout = resnet.dropout
                })
        case .rrdb(let rrdb):
            return upscaling(.rrdb, rrdb.scale, rrdb.blocks, rrdb.features, (rrdb.inputs, rrdb.outputs)) {
                $0.generator.growth = rrdb.growth
            }
        case .compact(let compact):
            let channels = (compact.inputs, compact.outputs)
            return upscaling(.compact, compact.scale, compact.convolutions, compact.features, channels) {
                $0.resize = compact.bicubicResize
            }
        case .msrResNet(let msr):
            return upscaling(.msrresnet, msr.scale, msr.blocks, msr.features, (msr.inputs, msr.outputs)) { _ in }
        case .srResNet(let sr):
            return upscaling(.srresnet, sr.scale, sr.blocks, sr.features, (sr.channels, sr.channels)) { _ in }
        }
    }

    private static func translation(
        _ inputs: Int, _ outputs: Int, _ normalization: ForeignNormalization,
        _ adjust: (inout TranslatorArchitecture) -> Void
    ) -> Pix2PixConfiguration {
        var configuration = Pix2PixConfiguration()
        (configuration.generator.inputChannels, configuration.generator.outputChannels) = (inputs, outputs)
        configuration.generator.normalization = normalization == .batch ? .batch : .instance
        (configuration.frame.inputChannels, configuration.frame.targetChannels) = (inputs, outputs)
        adjust(&configuration.generator)
        if configuration.generator.network == .unet {
            configuration.frame.cropSize = configuration.generator.multiple
            configuration.frame.loadSize = configuration.generator.multiple * 286 / 256
        }
        return configuration
    }

    private static func upscaling(
        _ network: UpscalerArchitecture.Network, _ scale: Int, _ depth: Int, _ features: Int,
        _ channels: (inputs: Int, outputs: Int), _ adjust: (inout SuperResolutionConfiguration) -> Void
    ) -> Configuration {
        var configuration = SuperResolutionConfiguration()
        (configuration.generator.network, configuration.generator.scale) = (network, scale)
        (configuration.generator.depth, configuration.generator.features) = (depth, features)
        configuration.generator.inputChannels = channels.inputs
        configuration.generator.outputChannels = channels.outputs
        adjust(&configuration)
        return .upscaling(configuration)
    }
}

extension [String: Tensor] {
    /// 16-bit floats when they hold every number exactly, otherwise 32-bit ones.
    var precision: Safetensors.Precision {
        allSatisfy { $0.value.isHalfPrecise } ? .float16 : .float32
    }
}

extension Tensor {
    /// Whether 16-bit floats hold every number exactly.
    fileprivate var isHalfPrecise: Bool {
        withValues { values in values.allSatisfy { Float(Float16($0)) == $0 } }
    }
}
