import Atelier
import ConditionalGAN
import Evaluation
import FastGAN
import Features
import Layers
import Models
import ONNX
import Pix2Pix
import R3GAN
import StyleGAN
import SuperResolution
import TensorCore
import TestSupport
import Testing
import VanillaGAN

/// A small network of each architecture, for writing as ONNX.
struct ExportedNetwork: CustomTestStringConvertible, Sendable {
    let name: String
    let configuration: NetworkConfiguration
    /// Heights and widths of its input, in pixels; empty for generators.
    let sizes: [(height: Int, width: Int)]
    /// Height and width of images if the graph needs them fixed.
    var side: Int? { sizes.first?.width }
    var testDescription: String { name }

    init(
        _ name: String, _ architecture: Architecture, _ parameters: some NetworkParameters,
        sizes: [(height: Int, width: Int)] = []
    ) {
        (self.name, self.sizes) = (name, sizes)
        configuration = NetworkConfiguration(architecture, parameters)
    }

    static let all = generators + translators + upscalers + convolutionalUpscalers + transformers + recognizers

    static func changed<Parameters: NetworkParameters>(
        _ parameters: Parameters, _ change: (inout Parameters) -> Void
    ) -> Parameters {
        var parameters = parameters
        change(&parameters)
        return parameters
    }

    private static let generators = [
        ExportedNetwork(
            "gan-mlp", .mlp,
            changed(VanillaGANParameters()) {
                $0.image = ImageShape(size: 16, channels: 1)
                ($0.latentSize, $0.width) = (7, 12)
            }),
        ExportedNetwork(
            "gan-dcgan", .dcgan,
            changed(VanillaGANParameters()) {
                $0.image = ImageShape(size: 32, channels: 3)
                ($0.latentSize, $0.width) = (7, 4)
            }),
        ExportedNetwork(
            "cgan-concatenation", .concatenation,
            changed(ConcatenationParameters()) {
                $0.image = ImageShape(size: 16, channels: 3)
                ($0.latentSize, $0.width, $0.classCount, $0.embeddingSize) = (7, 4, 5, 3)
            }),
        ExportedNetwork(
            "cgan-projection", .projection,
            changed(ProjectionParameters()) {
                $0.image = ImageShape(size: 16, channels: 3)
                ($0.latentSize, $0.width, $0.classCount) = (7, 4, 5)
            }),
        ExportedNetwork(
            "fastgan", .fastgan,
            changed(FastGANParameters()) {
                $0.image = ImageShape(size: 64, channels: 3)
                ($0.latentSize, $0.width, $0.classCount) = (9, 4, 3)
            }),
        ExportedNetwork(
            "r3gan", .r3gan,
            changed(R3GANParameters()) {
                $0.image = ImageShape(size: 32, channels: 3)
                ($0.latentSize, $0.width, $0.classCount) = (9, 16, 3)
            }),
        ExportedNetwork(
            "stylegan2", .styleGAN2,
            changed(StyleGANParameters()) {
                $0.image = ImageShape(size: 32, channels: 3)
                ($0.latentSize, $0.styleSize, $0.mappingLayers) = (8, 8, 2)
                ($0.channelBase, $0.channelMax, $0.classCount) = (256, 16, 3)
            }),
        ExportedNetwork(
            "stylegan3", .styleGAN3,
            changed(AliasFreeParameters()) {
                $0.image = ImageShape(size: 16, channels: 3)
                ($0.latentSize, $0.styleSize, $0.channelBase, $0.channelMax) = (8, 8, 64, 8)
                ($0.layers, $0.margin) = (5, 4)
            }),
    ]

    private static let translators = [
        ExportedNetwork(
            "pix2pix-unet", .unet, changed(TranslatorParameters()) { ($0.depth, $0.width, $0.size) = (4, 4, 16) },
            sizes: [(16, 32), (48, 32)]),
        ExportedNetwork(
            "pix2pix-unet-resize", .unet,
            changed(TranslatorParameters()) {
                ($0.depth, $0.width, $0.size, $0.statistics) = (3, 4, 16, .running)
                ($0.upsampling, $0.inputChannels) = (.resize, 1)
            },
            sizes: [(16, 32), (24, 8)]),
        ExportedNetwork(
            "pix2pix-unet-bilinear", .unet,
            changed(TranslatorParameters()) {
                ($0.depth, $0.width, $0.size, $0.upsampling) = (3, 4, 16, .bilinear)
            },
            sizes: [(16, 32), (24, 8)]),
        ExportedNetwork(
            "pix2pix-resnet", .resnet,
            changed(TranslatorParameters()) { ($0.depth, $0.width, $0.size) = (2, 4, 16) },
            sizes: [(16, 24), (20, 36)]),
        ExportedNetwork(
            "pix2pix-guided", .guided,
            changed(TranslatorParameters()) {
                ($0.depth, $0.width, $0.size, $0.noise) = (6, 2, 64, true)
                ($0.inputChannels, $0.classCount, $0.colorHints) = (1, 2, true)
            },
            sizes: [(64, 64)]),
        ExportedNetwork(
            "cyclegan-resnet", .resnet,
            changed(TranslatorParameters()) {
                ($0.depth, $0.width, $0.size, $0.normalization) = (2, 4, 16, .instance)
            },
            sizes: [(16, 24), (20, 36)]),
    ]

    /// Every upscaler with few and narrow layers.
    private static let upscalers = [Architecture].upscalers.flatMap { architecture -> [ExportedNetwork] in
        [1, 2, 3, 4].compactMap { scale in
            var network = UpscalerArchitecture(architecture)
            (network.scale, network.depth, network.features) = (scale, 2, 8)
            guard network.fault == nil else { return nil }
            return ExportedNetwork(
                "sr-\(architecture.id)-x\(scale)", network.configuration, sizes: [(16, 24), (28, 20)])
        }
    }

    private init(_ name: String, _ configuration: NetworkConfiguration, sizes: [(height: Int, width: Int)]) {
        (self.name, self.configuration, self.sizes) = (name, configuration, sizes)
    }

    private static let recognizers = [
        ExportedNetwork(
            "classifier", .classifier,
            changed(ClassifierParameters()) {
                $0.image = ImageShape(size: 16, channels: 3)
                ($0.width, $0.featureSize, $0.classCount) = (4, 8, 3)
            }, sizes: [(16, 16)]),
        ExportedNetwork("features", .efficientNetLite0, EfficientNetParameters(), sizes: [(224, 224)]),
    ]

    /// The model, in a folder of its own.
    func model(on shelf: ModelShelf) throws -> Model {
        let network = try configuration.makeNetwork(random: Random(seed: 1))
        let state = network.state()
        let weights = Dictionary(
            uniqueKeysWithValues: state.map { name, tensor in
                // Filters, frequencies and averages are what they are.
                let isDrawn = network.parameters.contains { $0.name == name } || name.contains("running_")
                return (name, isDrawn ? DrawnWeights.tensor(name, tensor.shape) : tensor)
            })
        var manifest = ModelManifest(configuration, name: name, license: "Apache-2.0")
        manifest.classes = (0..<configuration.parameters.facts.classCount).map { "class \($0)" }
        try manifest.write(to: shelf.path + "/" + name, weights: weights, precision: .float32)
        return try Model.load(shelf.path + "/" + name, from: shelf.store)
    }

    /// Inputs in the order of the graph's; the number of images differs.
    ///
    /// - Parameter extents: of the graph's first input. Images have the size that is fixed there.
    func inputs(channels: Int, _ extents: [ONNXValue.Extent]) -> [[Tensor]] {
        let facts = configuration.parameters.facts
        guard let latentSize = facts.latentSize else {
            let fixed = extents.map { if case .fixed(let number) = $0 { number } else { 0 } }
            return (fixed[2] > 0 ? Array(sizes.prefix(1)) : sizes).enumerated().map { index, size in
                let random = Random(seed: UInt64(index) + 3)
                let (height, width) = fixed[2] > 0 ? (fixed[2], fixed[3]) : size
                let image = random.uniform([1 + index, channels, height, width], in: 0..<1)
                let range = configuration.architecture.family.valueRange
                let (low, high) = (Float(range.lowerBound), Float(range.upperBound))
                return [image.scaled(by: high - low, plus: low)]
            }
        }
        return [1, 3].map { count in
            let latents = Random(seed: 5).normal([count, latentSize])
            guard facts.classCount > 0 else { return [latents] }
            return [latents, Tensor((0..<count).map { Float($0 % facts.classCount) }, shape: [count])]
        }
    }
}
