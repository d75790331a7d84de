import Layers
import Memory
import Models
import Pix2Pix
import SuperResolution
import TensorCore

/// A network, what it makes, and what that takes on this machine.
public struct InspectedNetwork: Sendable, CustomStringConvertible {
    /// Its kind and its sizes.
    public let description: String
    /// Its name in `config.json`.
    public let architecture: String
    /// The family of its models, such as `sr`.
    public let kind: String
    /// The task of its models.
    public let task: ModelTask
    /// Which part of the file was taken; nil for a file of nothing else.
    public let taken: String?
    /// How many times larger an upscaler's results are.
    public private(set) var scale: Double?
    /// Channels of the images that go in: 1 for gray, 3 for color, and one more with alpha; nil for generators.
    public private(set) var inputChannels: Int?
    /// Channels of the images that come out; nil if none do.
    public private(set) var outputChannels: Int?
    /// The size of a generator's images.
    public private(set) var imageSize: (width: Int, height: Int)?
    /// The number of which heights and widths must be multiples; other images are extended.
    public private(set) var multiple: Int?
    /// The tiles into which an upscaler cuts large images.
    public private(set) var tiles: InspectedTiles?
    /// What its work takes; nil for networks that make no images.
    public private(set) var work: InspectedWork?
    /// Why it cannot be used.
    private(set) var problem: String?

    init(_ model: Model, measuresTime: Bool) {
        description = model.network.description
        architecture = model.network.architecture.id
        (kind, task) = (model.kind, model.task)
        taken = model.source?.choice
        var model = model
        model.allowsNonFinite = true
        do {
            switch model.task {
            case .upscale: try inspectUpscaler(model, measuresTime)
            case .translate: try inspectTranslator(model, measuresTime)
            case .generate: try inspectGenerator(model, measuresTime)
            case .classify, .measure: imageSize = model.facts.image.map { ($0.contentWidth, $0.contentHeight) }
            }
            try MemoryJob.check()
        } catch { problem = "\(error)" }
    }

    private mutating func inspectUpscaler(_ model: Model, _ measuresTime: Bool) throws {
        let generator: any UpscalingGenerator = try model.built(for: .upscale)
        let parameters = model.network.parameters as? any UpscalerParameters
        let channels = parameters?.inputChannels ?? 3
        (inputChannels, outputChannels) = (channels, parameters?.outputChannels)
        multiple = generator.multiple
        let upscaler = try model.upscaler()
        scale = upscaler.scale
        let pass: UpscalingPass?
        do throws(UpscalingError) {
            pass = try UpscalingPass(upscaler, inputs: channels, outputs: parameters?.outputChannels ?? channels)
        } catch {
            pass = nil
            problem = "its images cannot be upscaled: \(error.description)"
        }
        tiles = pass.map { InspectedTiles($0, reach: generator.reach) }
        var work = InspectedWork(channels: channels, multiple: generator.multiple) { generator($0, .inference) }
        work.memoryBytes = pass.map { pass in
            let side = InspectedWork.megapixelSide
            let size = (width: side * pass.scale, height: side * pass.scale)
            return ImageUpscaler([pass]).bytes(width: side, channels: channels, bitDepth: 8, to: size)
                + model.weightBytes
        }
        if measuresTime { work.measure { upscaler($0) } }
        self.work = work
    }

    private mutating func inspectTranslator(_ model: Model, _ measuresTime: Bool) throws {
        let generator: any TranslationGenerator = try model.built(for: .translate)
        let parameters = try model.translatorParameters()
        (inputChannels, outputChannels) = (parameters.inputChannels, parameters.outputChannels)
        let translator = try model.translator()
        multiple = translator.multiple
        let mode = ForwardMode.applied(imageStatistics: parameters.statistics == .image, noise: nil)
        let multiple = (max(parameters.size, 1) + generator.multiple - 1) / generator.multiple * generator.multiple
        var work = InspectedWork(channels: parameters.planes.count, multiple: multiple) { generator($0, mode) }
        if measuresTime { work.measure { translator($0) } }
        self.work = work
    }

    private mutating func inspectGenerator(_ model: Model, _ measuresTime: Bool) throws {
        let generator = try model.generator()
        imageSize = generator.imageSize
        outputChannels = generator.channels
        let labels = model.facts.classCount > 0 ? [0] : nil
        var work = InspectedWork(ofOne: generator)
        if measuresTime {
            let latents = generator.latents(forSeeds: [0])
            work.measure(latents) { generator.images(latents: $0, labels: labels) }
        }
        self.work = work
    }
}

extension Model {
    /// The memory of the weights in 32-bit floats.
    fileprivate var weightBytes: Int { 4 * weights.values.reduce(0) { $0 + $1.count } }
}

/// How large images go through an upscaler.
public struct InspectedTiles: Sendable, Hashable {
    /// Whether any image goes through row by row, which gives exactly the result of the whole image.
    public let needsNone: Bool
    /// The largest side of a tile, unless another is asked for.
    public let side: Int
    /// The margin of a tile, unless another is asked for.
    public let margin: Int
    /// The distance on which a pixel of the result depends: tiles with this margin give exactly the result of the whole
    /// image.
    public let exactMargin: Int

    /// Whether the usual margin is enough for exact results.
    public var areExact: Bool { needsNone || margin >= exactMargin }

    init(_ pass: UpscalingPass, reach: Int) {
        needsNone = pass.takesRows
        (side, margin, exactMargin) = (pass.tile, pass.pad, reach)
    }
}
