import ImageData
import Layers
import Models
import TensorCore

/// A finished generator at work on images of any extent.
public struct Translator: Sendable {
    private let generator: any TranslationGenerator
    private let statistics: Pix2PixConfiguration.Statistics
    private let precision: Precision
    private var noise: Random?
    private let shared: SharedStatistics?
    /// The network without noise; what is drawn anew for every image is in no plan.
    private let planned: PlannedNetwork

    /// - Parameters:
    ///   - statistics: whose mean and variance batch normalization uses.
    ///   - precision: the arithmetic of convolutions.
    ///   - noise: where dropout draws from; nil leaves it out.
    public init(
        _ generator: any TranslationGenerator, statistics: Pix2PixConfiguration.Statistics,
        precision: Precision = .float32, noise: Random? = nil
    ) {
        self.init(generator, statistics, precision, noise: noise, shared: nil)
    }

    private init(
        _ generator: any TranslationGenerator, _ statistics: Pix2PixConfiguration.Statistics, _ precision: Precision,
        noise: Random?, shared: SharedStatistics?
    ) {
        self.generator = generator
        self.statistics = statistics
        self.precision = precision
        self.noise = noise
        self.shared = shared
        let mode = ForwardMode.applied(
            imageStatistics: statistics == .image, shared: shared.map { .fixed($0) }, noise: nil, precision)
        planned = PlannedNetwork(of: generator) { generator($0[0], mode) }
    }

    /// The same translator, its plans included, with other noise.
    public func drawing(from noise: Random?) -> Translator {
        var other = self
        other.noise = noise
        return other
    }

    /// The same translator for the parts of one large image. Networks that normalize every image by its own mean
    /// and variance would give each part another look; they take those that the given parts have in common instead.
    ///
    /// - Parameter parts: some of them, `[1, inputs, H, W]`, all of one shape.
    public func sharingStatistics(of parts: some Sequence<Tensor>) -> Translator {
        guard statistics == .image || generator.normalization == .instance else { return self }
        let shared = SharedStatistics()
        let mode = ForwardMode.applied(
            imageStatistics: statistics == .image, shared: .measuring(shared), noise: nil, precision)
        let measure = PlannedNetwork(of: generator) { [generator] in generator($0[0], mode) }
        for part in parts { _ = measure(continuation(of: part).continued(part)) }
        return Translator(generator, statistics, precision, noise: noise, shared: shared)
    }

    /// What height and width are brought to multiples of.
    public var multiple: Int { generator.multiple }

    /// Translations `[N, outputs, H, W]` in [−1, 1] of images `[N, inputs, H, W]`. Where H or W is no multiple of
    /// what the network takes, the image is continued by its reflection and the result cut back.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        let continuation = continuation(of: x)
        let wide = continuation.continued(x)
        let y: Tensor
        if let noise {
            let mode = ForwardMode.applied(
                imageStatistics: statistics == .image, shared: shared.map { .fixed($0) }, noise: noise, precision)
            y = generator(wide, mode).detached
        } else {
            y = planned(wide)
        }
        return continuation.cutBack(y)
    }

    private func continuation(of x: Tensor) -> Continuation {
        Continuation(height: x.shape[2], width: x.shape[3], multiple: multiple, .middle)
    }
}

extension Model {
    /// The model as something that translates images.
    ///
    /// - Parameters:
    ///   - statistics: whose mean and variance batch normalization uses; nil for what suits the model.
    ///   - precision: the arithmetic that it computes in.
    ///   - noise: where dropout draws from; nil leaves it out.
    /// - Throws: `ModelError` when it is of another kind or its weights do not fit.
    public func translator(
        statistics: Pix2PixConfiguration.Statistics? = nil, precision: Precision = .float32, noise: Random? = nil
    ) throws(ModelError) -> Translator {
        let generator: any TranslationGenerator = try built(for: .translate)
        let usual = try translatorParameters().statistics
        return Translator(generator, statistics: statistics ?? usual, precision: precision, noise: noise)
    }

    /// What a translator is built from, and how it is used unless it is said otherwise.
    ///
    /// - Throws: `ModelError` when the model is no translator.
    public func translatorParameters() throws(ModelError) -> TranslatorParameters {
        try check(.translate)
        return network.parameters as? TranslatorParameters ?? TranslatorParameters()
    }

    /// The form that pairs had in the training, or would have had.
    ///
    /// - Throws: `ModelError` when the model is no translator, or when its record cannot be understood.
    public func pairFrame() throws(ModelError) -> PairFrame {
        let parameters = try translatorParameters()
        return try trained("frame", as: PairFrame.self)
            ?? PairFrame(
                loadSize: parameters.size * 286 / 256, cropSize: parameters.size,
                inputChannels: parameters.inputChannels, targetChannels: parameters.outputChannels)
    }

    /// How inputs were drawn after photos in the training; nil for pairs that were complete.
    ///
    /// - Throws: `ModelError` when the record cannot be understood.
    public func sketchRecipe() throws(ModelError) -> SketchRecipe? { try trained("sketches", as: SketchRecipe.self) }
}
