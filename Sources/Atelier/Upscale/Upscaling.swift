import BatchPipeline
import Foundation
import ImageFiles
import Memory
import Models
import SuperResolution
import TensorCore
import Training

/// An upscaler at work on images of any size and kind, or several, one after the other.
///
///     let upscaling = try Upscaling(Model.load("photo-x4"), UpscalingOptions(size: .scale(2)))
///     let large = try upscaling(Image(contentsOf: "photo.jpg"))
///     let cleaning = try Upscaling([Model.load("1x-dejpeg.pth"), Model.load("photo-x4")])
public struct Upscaling: Sendable {
    /// What the model is called; of several, their names in order, with “ + ” between them.
    public let model: String
    let upscaler: ImageUpscaler
    let memory: Int
    private let size: UpscaledSize
    let provenance: Bool
    let kept: ImageMetadata.Kept
    /// All that decides how results come out; nil when a model's file cannot be read again.
    let identity: RecipeStart?

    /// The model for results of a size where none was chosen.
    package static func usualModel(scale: Double?) -> String { scale ?? 4 > 2 ? "photo-x4" : "photo-x2" }

    /// A model at work.
    ///
    /// - Throws: `ModelError` when it upscales no images, ``RequestError`` when its partner in denoising is none, or when
    ///   results are to be larger and it keeps the size.
    public init(_ model: Model, _ options: UpscalingOptions = UpscalingOptions()) throws {
        try self.init([model], options)
    }

    /// Models at work, each on the result of the one before it. Images go through all of them part by part.
    ///
    /// - Throws: `ModelError` when one upscales no images, ``RequestError`` when there is none, and when the partner of
    ///   a single one in denoising is none or there are several, or when results are to be larger and all keep the size.
    public init(_ models: [Model], _ options: UpscalingOptions = UpscalingOptions()) throws {
        guard !models.isEmpty else { throw RequestError("Upscaling needs a model.") }
        for model in models { try model.check(.upscale) }
        if models.count > 1, options.denoising != nil {
            throw RequestError("A share of noise can be kept with one model, not with \(models.count).")
        }
        let axes = models.map(\.network.wrapping)
        let wrapping = options.seamless ?? axes.dropFirst().reduce(axes[0]) { $0.intersection($1) }
        let partner = try models.first.flatMap { try Self.partner(of: $0, options) }
        (self.model, upscaler) = try MemoryJob.run {
            let blended = try models.map { try Self.blended($0, partner, options) }
            let share = options.memory / 2 / models.count
            let passes = try blended.map { try Self.pass($0, options, wrapping, rowBytes: share) }
            return (blended.map(\.name).joined(separator: " + "), ImageUpscaler(passes))
        }
        memory = options.memory
        size = options.size ?? .scale(Double(upscaler.scale))
        provenance = options.provenance
        kept = options.kept
        identity = RecipeStart(.upscale, models + (partner.map { [$0] } ?? []), options.recorded)
        if case .scale(let factor)? = options.size, factor > 1, upscaler.scale == 1 {
            throw RequestError(
                "The model \(self.model) keeps the size of images (×1), and a larger size was asked for. Take the scale "
                    + "1, or a model that enlarges.")
        }
    }

    /// The model that keeps noise; nil when no share of noise is asked for.
    private static func partner(of model: Model, _ options: UpscalingOptions) throws -> Model? {
        guard options.denoising != nil else { return nil }
        return try options.store.requested(
            options.denoisingPartner ?? partner(of: model, in: options.store), for: .upscale)
    }

    private static func blended(_ model: Model, _ partner: Model?, _ options: UpscalingOptions) throws -> Model {
        guard let share = options.denoising, let partner else { return model }
        guard model.canBlend(with: partner) else {
            throw RequestError(
                "\(partner.name) has another architecture than \(model.name), so they cannot be blended.")
        }
        return try model.blended(with: partner, share: share)
    }

    /// As the public models are called, `realesr-general-x4v3` and `realesr-general-wdn-x4v3`: the one that lies beside the
    /// model, or any of that name.
    private static func partner(of model: Model, in store: ModelStore) -> String {
        func named(_ name: String) -> String {
            guard let place = name.range(of: "general", options: .backwards) else { return name + "-wdn" }
            return name.replacingCharacters(in: place, with: "general-wdn")
        }
        let beside = named(model.path)
        return Model.isFile(beside) || (try? store.find(beside)) != nil ? beside : named(model.name)
    }

    private static func pass(
        _ model: Model, _ options: UpscalingOptions, _ wrapping: Wrapping, rowBytes: Int
    ) throws -> UpscalingPass {
        var settings = UpscalingPass.Settings()
        settings.tile = options.tile
        settings.pad = options.tilePad
        settings.prePad = min(max(options.prePad, 0), 1024)
        settings.rowBytes = rowBytes
        settings.testTimeAugmentation = options.testTimeAugmentation
        settings.correctsColor = options.correctsColor
        guard let generator = UpscalerArchitecture(model.network) else { throw model.wrongKind(.upscale) }
        do {
            return try UpscalingPass(
                model.upscaler(precision: options.precision, wrapping: wrapping), inputs: generator.inputChannels,
                outputs: generator.outputChannels, settings: settings)
        } catch let error as UpscalingError {
            throw ModelError.unloadable(name: model.name, reason: "\(error)")
        }
    }

    /// What is written into results of how they were made.
    private var recipe: RecipeStart? { provenance ? identity : nil }

    /// The result for an image in memory.
    ///
    /// - Parameters:
    ///   - image: the image, of any size and kind.
    ///   - isCanceled: whether the result is still wanted, asked now and then.
    ///   - tell: is told how many rows of the result are done, and how many there will be.
    /// - Throws: ``UpscalingLimit``, `NonFiniteResult`, `OutOfMemory`, `CancellationError`.
    public func callAsFunction(
        _ image: Image, isCanceled: @escaping () -> Bool = { Task.isCancelled },
        telling tell: @escaping (Int, Int) -> Void = { _, _ in }
    ) throws -> Image {
        try upscaled(image, recipe?.recipe(), isCanceled, tell)
    }

    /// The result for an image without metadata.
    func upscaled(
        _ image: Image, isCanceled: @escaping () -> Bool, telling tell: @escaping (Int, Int) -> Void = { _, _ in }
    ) throws -> Image {
        let wanted = try checkedSize(width: image.width, height: image.height)
        return try MemoryJob.run {
            try upscaler.upscaled(image, to: size, isCanceled: isCanceled) { tell($0, wanted.height) }
        }
    }

    private func upscaled(
        _ image: Image, _ recipe: Recipe?, _ isCanceled: @escaping () -> Bool,
        _ tell: @escaping (Int, Int) -> Void = { _, _ in }
    ) throws -> Image {
        var result = try upscaled(image, isCanceled: isCanceled, telling: tell)
        result.metadata = metadata(ImageOutline(image), image.metadata, to: (result.width, result.height), recipe)
        return result
    }

    /// The result for an image of a file.
    func result(of image: Image, from input: Recipe.Input?) throws -> Image {
        try upscaled(image, recipe?.recipe(input: input)) { false }
    }

    /// The result of an image of a batch: of one in memory as an image, of one that came as a file written already.
    ///
    /// - Parameter batch: its settings.
    func callAsFunction(_ task: ImageTask, in batch: BatchSettings) throws -> ImageResult {
        let recipe = recipe?.recipe(of: task.job, in: batch)
        if task.isAnimation { return try task.inFrames { try upscaled($0, nil) { task.isCanceled } } }
        if let image = task.image { return ImageResult(try upscaled(image, recipe) { task.isCanceled }) }
        func result(_ image: any ImageRows) -> StripResult {
            let wanted = size.size(width: image.width, height: image.height)
            return StripResult(
                width: wanted.width, height: wanted.height, channels: upscaler.channels(of: image.channels),
                bitDepth: image.bitDepth, metadata: metadata(ImageOutline(image), image.metadata, to: wanted, recipe))
        }
        return try task.inStrips(result: result) { image, emit in
            let wanted = size.size(width: image.width, height: image.height)
            let stream = upscaler.stream(of: image, to: wanted, isCanceled: { task.isCanceled }, emit: emit)
            return { try stream.push($0) }
        }
    }

    /// The size of the result for an image.
    ///
    /// - Throws: ``UpscalingLimit`` when it would be more than 16 times larger, or larger than any file holds, or when
    ///   an image of that size cannot repeat.
    package func checkedSize(width: Int, height: Int) throws(UpscalingLimit) -> (width: Int, height: Int) {
        let result = size.size(width: width, height: height)
        if result.width > 16 * width || result.height > 16 * height {
            throw .factor(width, height, result.width, result.height)
        }
        if max(result.width, result.height) > 1 << 20 { throw .extent(result.width, result.height) }
        if let fitting = upscaler.fittingSize(width: width, height: height) {
            throw .repetition(width, height, fitting.width, fitting.height)
        }
        return result
    }

    private func metadata(
        _ image: ImageOutline, _ own: ImageMetadata, to new: (width: Int, height: Int), _ recipe: Recipe?
    ) -> ImageMetadata {
        var own = own.keeping(kept).resized(from: (image.width, image.height), to: new)
        // The profile of a gray image says nothing of colors.
        if upscaler.channels(of: image.channels) != image.channels { own.iccProfile = nil }
        return provenance ? Provenance.added(to: own, model: model, recipe: recipe) : own
    }
}

/// Why an image cannot be upscaled to that size.
public enum UpscalingLimit: Error, Sendable, Equatable, CustomStringConvertible {
    /// Width and height would become more than 16 times as large.
    case factor(Int, Int, Int, Int)
    /// The result would be larger than files can be.
    case extent(Int, Int)
    /// An image repeats only with a size that suits the network; the next such size.
    case repetition(Int, Int, Int, Int)

    /// The reason in words.
    public var description: String {
        switch self {
        case .factor(let width, let height, let wide, let high):
            "\(width) x \(height) pixels cannot become \(wide) x \(high): the limit is 16 times"
        case .extent(let wide, let high):
            "the result would have \(wide) x \(high) pixels; the limit is 1048576 on each side"
        case .repetition(let width, let height, let wide, let high):
            "\(width) x \(height) pixels cannot repeat without a seam in this network; resize the image to "
                + "\(wide) x \(high)"
        }
    }
}
