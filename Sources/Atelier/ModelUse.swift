import BatchPipeline
import ImageFiles
import Models

// Each call builds the network. Who has many images hands over a folder, or keeps a `Translation` or an `Upscaling`.

extension Model {
    // MARK: Generating

    /// Makes images.
    ///
    ///     let images = try Model.load("fashion-cgan").generate(16, seed: 7, classes: ["ankle boot"])
    ///
    /// - Parameters:
    ///   - count: how many, of each class.
    ///   - seed: the first seed; the others follow. The same seed gives the same image.
    ///   - classes: the classes to make, for a model that knows any.
    /// - Throws: ``GenerationError`` when the model cannot make what is asked for.
    public func generate(_ count: Int = 8, seed: UInt64 = 0, classes: [String] = []) throws -> [Image] {
        try generate(GenerationOptions(seeds: .count(count, from: seed), classes: classes))
    }

    /// Makes images.
    ///
    /// - Throws: ``GenerationError`` when the model cannot make what is asked for, `CancellationError` when the task is
    ///   canceled.
    public func generate(_ options: GenerationOptions) throws -> [Image] { try Generation(self, options).images() }

    // MARK: Translating

    /// Translates an image, of any size and kind.
    ///
    ///     let photo = try Model.load("flowers-sketch").translate(Image(contentsOf: "tulip.png"))
    ///
    /// - Throws: `ModelError` when the model is no translator, `CancellationError` when the task is canceled.
    public func translate(_ image: Image, _ options: TranslationOptions = TranslationOptions()) throws -> Image {
        try Translation(self, options)(image)
    }

    /// Translates an image to a kind of thing that the model knows.
    ///
    ///     let photo = try Model.load("run").translate(Image(contentsOf: "sketch.png"), class: "tulip")
    ///
    /// - Parameters:
    ///   - className: the name, its beginning, or the number of the class.
    ///   - hints: the color hints, for a model that takes them.
    /// - Throws: `ModelError` when the model is no translator, ``TranslationLimit`` for a class that it does not know,
    ///   `CancellationError` when the task is canceled.
    public func translate(_ image: Image, class className: String, hints: HintChoice = .drawing) throws -> Image {
        var options = TranslationOptions()
        (options.className, options.hints) = (className, hints)
        return try translate(image, options)
    }

    /// Translates a folder of images with all that lies below it, or one file.
    ///
    /// - Parameters:
    ///   - folder: the folder, or the file.
    ///   - output: the folder for the results.
    ///   - options: the options; what is left out has its default.
    ///   - tell: is told what happens, on any thread.
    /// - Throws: `BatchError` when what is asked for makes no sense, `ModelError` if the model is not a translator.
    @discardableResult
    public func translate(
        _ folder: String, to output: String, _ options: TranslationOptions = TranslationOptions(),
        telling tell: @escaping @Sendable (BatchEvent) -> Void = { _ in }
    ) throws -> BatchSummary {
        try Translation(self, options).run(BatchSettings(inputs: [folder], output: output), telling: tell)
    }

    // MARK: Upscaling

    /// Makes an image larger, of any size and kind.
    ///
    ///     let large = try Model.load("photo-x4").upscale(Image(contentsOf: "photo.jpg"))
    ///
    /// - Throws: `ModelError` when the model is no upscaler, ``UpscalingLimit``, `CancellationError` when the task is
    ///   canceled.
    public func upscale(_ image: Image, _ options: UpscalingOptions = UpscalingOptions()) throws -> Image {
        try Upscaling(self, options)(image)
    }

    /// Makes a folder of images larger with all that lies below it, or one file.
    ///
    /// - Parameters:
    ///   - folder: the folder, or the file.
    ///   - output: the folder for the results.
    ///   - options: the options; what is left out has its default.
    ///   - tell: is told what happens, on any thread.
    /// - Throws: `BatchError` when what is asked for makes no sense, `ModelError` when the model is no upscaler.
    @discardableResult
    public func upscale(
        _ folder: String, to output: String, _ options: UpscalingOptions = UpscalingOptions(),
        telling tell: @escaping @Sendable (BatchEvent) -> Void = { _ in }
    ) throws -> BatchSummary {
        try Upscaling(self, options).run(BatchSettings(inputs: [folder], output: output), telling: tell)
    }
}
