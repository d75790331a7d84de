import ImageData
import Layers
import Models
import TensorCore

/// A trained generator for images of any size.
package struct Translator: Sendable {
    private let generator: any TranslationGenerator
    private let statistics: Pix2PixConfiguration.Statistics
    private let precision: Precision
    /// The axes along which images repeat by default.
    package let wrapping: Wrapping
    private var noise: Random?
    private let shared: SharedStatistics?
    /// The network without noise; plans contain no random numbers.
    private let planned: PlannedNetwork

    /// - Parameters:
    ///   - statistics: which mean and variance batch normalization uses.
    ///   - precision: the arithmetic of convolutions.
    ///   - noise: the random stream of dropout; nil turns dropout off.
    ///   - wrapping: the axes along which images repeat.
    package init(
        _ generator: any TranslationGenerator, statistics: Pix2PixConfiguration.Statistics,
        precision: Precision = .float32, noise: Random? = nil, wrapping: Wrapping = .neither
    ) {
        self.init(generator, statistics, precision, wrapping, noise: noise, shared: nil)
    }

    private init(
        _ generator: any TranslationGenerator, _ statistics: Pix2PixConfiguration.Statistics, _ precision: Precision,
        _ wrapping: Wrapping, noise: Random?, shared: SharedStatistics?
    ) {
        self.generator = generator
        self.statistics = statistics
        self.precision = precision
        self.wrapping = wrapping
        self.noise = noise
        self.shared = shared
        let mode = ForwardMode.applied(
            imageStatistics: statistics == .image, shared: shared.map { .fixed($0) }, noise: nil, precision)
        planned = PlannedNetwork(of: generator) { generator($0[0], mode.wrapping($1)) }
    }

    /// The same translator with other noise; shares its plans.
    package func drawing(from noise: Random?) -> Translator {
        var other = self
        other.noise = noise
        return other
    }

    /// The same translator for the tiles of one large image. Networks that normalize every image by its own mean and
    /// variance would give each tile its own look; they use the common statistics of the given tiles instead.
    ///
    /// - Parameters:
    ///   - parts: some of the tiles, `[1, inputs, H, W]`, all of one shape.
    ///   - axes: those of ``wrapping`` along which tiles repeat.
    package func sharingStatistics(of parts: some Sequence<Tensor>, wrapping axes: Wrapping = .neither) -> Translator {
        guard statistics == .image || generator.normalization == .instance else { return self }
        let shared = SharedStatistics()
        let mode = ForwardMode.applied(
            imageStatistics: statistics == .image, shared: .measuring(shared), noise: nil, precision
        ).wrapping(axes.intersection(wrapping))
        let measure = PlannedNetwork(of: generator) { [generator] in generator($0[0], mode) }
        for part in parts { _ = measure(continuation(of: part).continued(part)) }
        return Translator(generator, statistics, precision, wrapping, noise: noise, shared: shared)
    }

    /// The number to multiples of which height and width are extended.
    package var multiple: Int { generator.multiple }

    /// Translations `[N, outputs, H, W]` in [−1, 1] of images `[N, inputs, H, W]`. If H or W does not suit the network,
    /// the image is extended by reflection and the result is cropped.
    ///
    /// - Parameter axes: those of ``wrapping`` along which these images repeat, and therefore suit the network; nil for
    ///   all. A tile does not repeat.
    package func callAsFunction(_ x: Tensor, wrapping axes: Wrapping? = nil) -> Tensor {
        let wrapping = axes?.intersection(self.wrapping) ?? self.wrapping
        let continuation = continuation(of: x)
        let wide = continuation.continued(x)
        let y: Tensor
        if let noise {
            let mode = ForwardMode.applied(
                imageStatistics: statistics == .image, shared: shared.map { .fixed($0) }, noise: noise, precision
            ).wrapping(wrapping)
            y = generator(wide, mode).detached
        } else {
            y = planned(wide, wrapping: wrapping)
        }
        return continuation.cutBack(y)
    }

    private func continuation(of x: Tensor) -> Continuation {
        Continuation(height: x.shape[2], width: x.shape[3], multiple: multiple, .middle)
    }
}

extension Model {
    /// The model as a translator.
    ///
    /// - Parameters:
    ///   - statistics: which mean and variance batch normalization uses; nil for the model's own setting.
    ///   - precision: the precision of its arithmetic.
    ///   - noise: the random stream of dropout; nil turns dropout off.
    ///   - wrapping: the axes along which images repeat; nil for those of the model.
    /// - Throws: `ModelError` if the model has another kind or its weights do not fit.
    package func translator(
        statistics: Pix2PixConfiguration.Statistics? = nil, precision: Precision = .float32, noise: Random? = nil,
        wrapping: Wrapping? = nil
    ) throws(ModelError) -> Translator {
        let generator: any TranslationGenerator = try built(for: .translate)
        let usual = try translatorParameters().statistics
        return Translator(
            generator, statistics: statistics ?? usual, precision: precision, noise: noise,
            wrapping: wrapping ?? network.wrapping)
    }

    /// The parameters of a translator, and its default use.
    ///
    /// - Throws: `ModelError` if the model is not a translator.
    package func translatorParameters() throws(ModelError) -> TranslatorParameters {
        try check(.translate)
        return network.parameters as? TranslatorParameters ?? TranslatorParameters()
    }

    /// The form of pairs in training, or a default.
    ///
    /// - Throws: `ModelError` if the model is not a translator, or if its training record cannot be parsed.
    package func pairFrame() throws(ModelError) -> PairFrame {
        let parameters = try translatorParameters()
        return try trained("frame", as: PairFrame.self)
            ?? PairFrame(
                loadSize: parameters.size * 286 / 256, cropSize: parameters.size,
                inputChannels: parameters.inputChannels, targetChannels: parameters.outputChannels)
    }

    /// How training drew inputs from photos; nil for complete pairs.
    ///
    /// - Throws: `ModelError` if the training record cannot be parsed.
    package func sketchRecipe() throws(ModelError) -> SketchRecipe? { try trained("sketches", as: SketchRecipe.self) }
}
