import BatchPipeline
import Catalog
import ImageFiles
import SuperResolution
import Training

/// An upscaler at work on images of any size and kind.
///
///     let upscaling = try Upscaling("photo-x4", UpscalingOptions(size: .scale(2)))
///     let large = try upscaling(Image(contentsOf: "photo.jpg"))
public struct Upscaling: Sendable {
    /// What the model is called.
    public let model: String
    let upscaler: ImageUpscaler
    let memory: Int
    private let size: UpscaledSize
    private let provenance: Bool

    /// The model for results of a size where none was chosen.
    package static func usualModel(scale: Double?) -> String { scale ?? 4 > 2 ? "photo-x4" : "photo-x2" }

    /// A model at work.
    ///
    /// - Parameter model: a name, a model's or a run's folder, or a file of weights from elsewhere.
    /// - Throws: ``RequestError`` when there is no such model, `CatalogError` when it upscales no images.
    public init(_ model: String, _ options: UpscalingOptions = UpscalingOptions()) throws {
        try self.init(requested { try Self.blended(model, options) }, options)
    }

    private init(_ model: UpscalingModel, _ options: UpscalingOptions) throws {
        self.model = model.name
        memory = options.memory
        upscaler = try Self.upscaler(model, options)
        size = options.size ?? .scale(Double(upscaler.scale))
        provenance = options.provenance
    }

    private static func blended(_ name: String, _ options: UpscalingOptions) throws -> UpscalingModel {
        let own = try UpscalingModel(name)
        guard let share = options.denoising else { return own }
        return try own.blended(with: UpscalingModel(options.denoisingPartner ?? partner(of: name)), share: share)
    }

    /// As the public models are called: `realesr-general-x4v3` and `realesr-general-wdn-x4v3`.
    private static func partner(of model: String) -> String {
        guard let place = model.range(of: "general", options: .backwards) else { return model + "-wdn" }
        return model.replacingCharacters(in: place, with: "general-wdn")
    }

    private static func upscaler(_ model: UpscalingModel, _ options: UpscalingOptions) throws -> ImageUpscaler {
        var settings = ImageUpscaler.Settings()
        settings.tile = options.tile
        settings.pad = options.tilePad
        settings.rowBytes = options.memory / 2
        settings.testTimeAugmentation = options.testTimeAugmentation
        settings.correctsColor = options.correctsColor
        let generator = model.configuration.generator
        do {
            guard generator.inputChannels == generator.outputChannels else {
                throw UpscalingError.channels(generator.outputChannels)
            }
            return try ImageUpscaler(
                model.upscaler(precision: options.precision), channels: generator.inputChannels, settings: settings)
        } catch let error as UpscalingError {
            throw CatalogError.unloadable(name: model.name, reason: "\(error)")
        }
    }

    /// The result for an image in memory.
    ///
    /// - Parameter isCanceled: whether the result is still wanted, asked now and then.
    /// - Throws: ``UpscalingLimit``, `CancellationError`.
    public func callAsFunction(
        _ image: Image, isCanceled: @escaping () -> Bool = { Task.isCancelled }
    ) throws -> Image {
        _ = try checkedSize(width: image.width, height: image.height)
        var result = try upscaler.upscaled(image, to: size, isCanceled: isCanceled)
        result.metadata = metadata(image.metadata)
        return result
    }

    /// The result of an image of a batch: of one in memory as an image, of one that came as a file written already.
    func callAsFunction(_ task: ImageTask) throws -> ImageResult {
        if let image = task.image { return ImageResult(try self(image, isCanceled: { task.isCanceled })) }
        func result(_ image: any ImageRows) -> StripResult {
            let wanted = size.size(width: image.width, height: image.height)
            return StripResult(
                width: wanted.width, height: wanted.height, channels: image.channels, bitDepth: image.bitDepth,
                metadata: metadata(image.metadata))
        }
        return try task.inStrips(result: result) { image, emit in
            let wanted = size.size(width: image.width, height: image.height)
            let stream = upscaler.stream(of: image, to: wanted, isCanceled: { task.isCanceled }, emit: emit)
            return { try stream.push($0) }
        }
    }

    /// The size of the result for an image.
    ///
    /// - Throws: ``UpscalingLimit`` when it would be more than 16 times larger, or larger than any file holds.
    func checkedSize(width: Int, height: Int) throws(UpscalingLimit) -> (width: Int, height: Int) {
        let result = size.size(width: width, height: height)
        if result.width > 16 * width || result.height > 16 * height {
            throw .factor(width, height, result.width, result.height)
        }
        if max(result.width, result.height) > 1 << 20 { throw .extent(result.width, result.height) }
        return result
    }

    private func metadata(_ own: ImageMetadata) -> ImageMetadata {
        provenance ? Provenance.added(to: own, model: model) : own
    }
}

/// Why an image cannot become that large.
public enum UpscalingLimit: Error, Sendable, Equatable, CustomStringConvertible {
    /// Width and height would become more than 16 times as large.
    case factor(Int, Int, Int, Int)
    /// The result would be larger than files can be.
    case extent(Int, Int)

    /// The reason in words.
    public var description: String {
        switch self {
        case .factor(let width, let height, let wide, let high):
            "\(width) x \(height) pixels cannot become \(wide) x \(high): 16 times is the most"
        case .extent(let wide, let high):
            "the result would have \(wide) x \(high) pixels; 1048576 either way are the most"
        }
    }
}
