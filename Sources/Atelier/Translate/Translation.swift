import BatchPipeline
import ImageData
import ImageFiles
import Memory
import Models
import Pix2Pix
import TensorCore
import Training

/// A translator at work on images of any size and kind.
///
///     let translation = try Translation(Model.load("flowers-sketch"), TranslationOptions(fit: .resize))
///     let photo = try translation(Image(contentsOf: "sketch.png"))
public struct Translation: Sendable {
    /// What the model is called.
    public let model: String
    private(set) var options: TranslationOptions
    /// Channels of input and output images.
    let inputs: Int, outputs: Int
    private let planes: InputPlanes
    private let hasPalette: Bool
    private let classNames: [String]
    private var label: Int?
    private let translator: Translator
    private let fit: TranslationFit
    private let tile: Int
    private let size: Int
    /// All that decides how results come out; nil when the model's file cannot be read again.
    private(set) var identity: RecipeStart?

    /// The smallest default side of tiles.
    package static let smallestTile = 256

    /// The number of pixels above which images are tiled by default.
    private static let largeArea = 1 << 20

    /// The most tiles for measuring the statistics of a large image.
    private static let measuredTiles = 16

    /// A model at work.
    ///
    /// - Throws: `ModelError` when it translates no images, ``TranslationLimit`` for a class or hints that it does not
    ///   know.
    public init(_ model: Model, _ options: TranslationOptions = TranslationOptions()) throws {
        let loaded = try MemoryJob.run {
            try LoadedTranslator(
                model, statistics: options.statistics, precision: options.precision,
                seamless: options.seamless)
        }
        try self.init(loaded, options, RecipeStart(.translate, [model], options.recorded))
    }

    init(
        _ loaded: LoadedTranslator, _ options: TranslationOptions, _ identity: RecipeStart? = nil
    ) throws(TranslationLimit) {
        let parameters = loaded.parameters
        model = loaded.name
        translator = loaded.translator
        self.options = options
        inputs = parameters.inputChannels
        outputs = parameters.outputChannels
        planes = parameters.planes
        hasPalette = parameters.hasPalette
        classNames = loaded.classNames
        label = try options.label(among: classNames, of: model, takesHints: planes.hasHints)
        fit = options.fit == .auto ? parameters.fit : options.fit
        tile = options.tile ?? max(parameters.size, Self.smallestTile)
        size = options.size ?? parameters.size
        self.identity = identity
    }

    /// The same translator, told something else about the images that follow. The network is not loaded again.
    ///
    /// - Parameters:
    ///   - className: what the images show, by its name or number; nil leaves that to the model.
    ///   - hints: the color hints for a model that takes them.
    ///   - isFlat: whether closed regions get one color; nil leaves that as it was.
    ///   - seed: the seed of the noise; nil leaves that as it was.
    /// - Throws: ``TranslationLimit`` for a class or hints that the model does not know.
    public func telling(
        className: String?, hints: HintChoice = .drawing, isFlat: Bool? = nil, seed: UInt64? = nil
    ) throws(TranslationLimit) -> Translation {
        var told = self
        (told.options.className, told.options.hints) = (className, hints)
        (told.options.isFlat, told.options.seed) = (isFlat ?? options.isFlat, seed ?? options.seed)
        told.label = try told.options.label(among: classNames, of: model, takesHints: planes.hasHints)
        told.identity = identity?.changing(options.recorded, to: told.options.recorded)
        return told
    }

    /// What is written into results of how they were made.
    private var recipe: RecipeStart? { options.provenance ? identity : nil }

    /// The result, with the image's size (or twice its width) and bit depth. Transparent pixels are put on white.
    ///
    /// - Parameters:
    ///   - image: the image, of any size and kind.
    ///   - isCanceled: whether the result is still wanted, asked now and then.
    /// - Throws: ``TranslationLimit``, `NonFiniteResult`, `OutOfMemory`, `CancellationError`.
    public func callAsFunction(_ image: Image, isCanceled: () -> Bool = { Task.isCancelled }) throws -> Image {
        try translated(image, recipe?.recipe(), isCanceled)
    }

    /// The result for an image of a file.
    func result(of image: Image, from input: Recipe.Input?) throws -> Image {
        try translated(image, recipe?.recipe(input: input)) { false }
    }

    /// The result for an image of a batch.
    ///
    /// - Parameter batch: its settings.
    func translated(_ image: Image, of task: ImageTask, in batch: BatchSettings) throws -> Image {
        try translated(image, recipe?.recipe(of: task.job, in: batch)) { task.isCanceled }
    }

    /// The result for a frame of an animation.
    func translated(animated image: Image, isCanceled: () -> Bool) throws -> Image {
        try translated(image, nil, isCanceled)
    }

    /// The result for a frame of a film, with its channels.
    func translated(frame image: Image, isCanceled: () -> Bool) throws -> Image {
        try MemoryJob.run { try translated(image, isCanceled) }.converted(channels: image.channels)
    }

    private func translated(_ image: Image, _ recipe: Recipe?, _ isCanceled: () -> Bool) throws -> Image {
        var result = try MemoryJob.run { try translated(image, isCanceled) }
        result.metadata = metadata(of: result, from: image, recipe)
        return result
    }

    private func translated(_ image: Image, _ isCanceled: () -> Bool) throws -> Image {
        let input = try TranslationInput(image, options, takesHints: planes.hasHints)
        let depth = image.bitDepth
        var result =
            fit == .resize ? try resized(input, depth, isCanceled) : try tiled(input, depth, isCanceled)
        if options.isFlat ?? hasPalette { result = result.flattened(in: input.drawing, hints: input.hints) }
        return options.sideBySide ? Self.beside(image, result) : result
    }

    private func metadata(of result: Image, from image: Image, _ recipe: Recipe?) -> ImageMetadata {
        var own = image.metadata.keeping(options.kept)
            .resized(from: (image.width, image.height), to: (result.width, result.height))
        if !keepsColors(of: image) { (own.iccProfile, own.colorimetry) = (nil, nil) }
        return options.provenance ? provenance(recipe).added(to: own) : own
    }

    private func provenance(_ recipe: Recipe?) -> Provenance {
        Provenance(model: model, seed: "\(options.seed)", recipe: recipe)
    }

    /// The provenance metadata of a sheet of results, which has no recipe.
    var provenanceMetadata: ImageMetadata {
        options.provenance ? provenance(nil).metadata : ImageMetadata()
    }

    /// Whether the color profile of the input fits the result: color to color, or gray to gray.
    private func keepsColors(of image: Image) -> Bool {
        inputs == outputs && image.isGray == (outputs == 1) && !options.removesPaper
    }

    private func tiled(_ input: TranslationInput, _ bitDepth: Int, _ isCanceled: () -> Bool) throws -> Image {
        let image = input.drawing
        let isWhole = fit == .pad || (fit == .auto && image.width * image.height <= Self.largeArea)
        func extent(_ length: Int) -> Int { rounded(isWhole ? length : min(length, tile)) }
        let (width, height) = (extent(image.width), extent(image.height))
        let wrapping = translator.wrapping
        if wrapping.joinsColumns && width > image.width || wrapping.joinsRows && height > image.height {
            throw TranslationLimit.repetition(
                image.width, image.height, multiple: translator.multiple,
                wrapping.joinsColumns ? width : image.width, wrapping.joinsRows ? height : image.height)
        }
        // Along an axis with several tiles, these have margins; one tile is the image, and repeats itself.
        let axes = Wrapping(
            x: wrapping.joinsColumns && width == image.width, y: wrapping.joinsRows && height == image.height)
        var translator = translator
        if !isWhole && (width < image.width || height < image.height) {
            let sample = image.sampledTiles(
                width: width, height: height, overlap: options.overlap, wrapping: wrapping,
                atMost: Self.measuredTiles)
            translator = withoutActuallyEscaping(isCanceled) { isCanceled in
                let wanted = sample.lazy.prefix { _ in !isCanceled() }
                return translator.sharingStatistics(
                    of: wanted.map { number in
                        func part(_ image: Image) -> Image {
                            image.tile(
                                number, width: width, height: height, overlap: options.overlap, wrapping: wrapping)
                        }
                        return planes.tensor(
                            part(image), hints: input.hints.map(part), label: label, noise: noise(number))
                    }, wrapping: axes)
            }
            try MemoryJob.check()
        }
        let overlap = isWhole ? 0 : options.overlap
        return try image.mappedInTiles(
            width: width, height: height, overlap: overlap, channels: outputs, bitDepth: bitDepth, wrapping: wrapping
        ) { part, number in
            if isCanceled() { throw CancellationError() }
            let hints = input.hints?.tile(number, width: width, height: height, overlap: overlap, wrapping: wrapping)
            let planes = planes.tensor(part, hints: hints, label: label, noise: noise(number))
            return try translated(planes, number, by: translator, axes)
        }
    }

    private func resized(_ input: TranslationInput, _ bitDepth: Int, _ isCanceled: () -> Bool) throws -> Image {
        let image = input.drawing
        let side = rounded(size)
        let wrapping = translator.wrapping
        let small = input.resized(width: side, height: side, channels: inputs, wrapping: wrapping)
        if isCanceled() { throw CancellationError() }
        let made = try translated(
            planes.tensor(small.drawing, hints: small.hints, label: label, noise: noise(0)), 0, by: translator, wrapping
        )
        try MemoryJob.check()
        return Image(made, bitDepth: bitDepth)
            .resized(width: image.width, height: image.height, filter: .bicubic, wrapping: wrapping)
    }

    /// Translates one tile. Its noise depends only on the seed and on the number of the tile.
    ///
    /// - Parameter axes: those along which the tile repeats.
    private func translated(
        _ part: Tensor, _ number: Int, by translator: Translator, _ axes: Wrapping
    ) throws(NonFiniteResult) -> Tensor {
        let noise = options.dropout ? Random(seed: options.seed, stream: UInt64(number)) : nil
        return try translator.drawing(from: noise)(part, wrapping: axes)
            .checkedFinite()
    }

    /// Where the plane of noise of a tile is drawn from, for networks that have one.
    private func noise(_ number: Int) -> Random {
        Random(seed: options.seed, stream: 0x6E6F_6973 << 32 | UInt64(number))
    }

    /// Rounds up to a size that the network accepts.
    private func rounded(_ length: Int) -> Int {
        (length + translator.multiple - 1) / translator.multiple * translator.multiple
    }

    private static func beside(_ left: Image, _ right: Image) -> Image {
        let channels = max(right.channels, left.isGray ? 1 : 3)
        func padded(_ image: Image, _ before: Int, _ after: Int) -> Tensor {
            Tensor(image, channels: channels).padded(top: 0, bottom: 0, left: before, right: after)
        }
        return Image(
            padded(left, 0, right.width) + padded(right, left.width, 0), bitDepth: right.bitDepth)
    }
}
