import ImageData
import Models
import Pix2Pix
import TensorCore

/// A model that translates images, ready to do so, with what it says about itself.
struct LoadedTranslator: Sendable {
    let name: String
    let translator: Translator
    let parameters: TranslatorParameters
    /// The form that pairs had in the training.
    let frame: PairFrame
    /// How inputs were drawn after photos in the training; nil for pairs that were complete.
    let sketches: SketchRecipe?

    /// - Parameters:
    ///   - statistics: whose mean and variance batch normalization uses; nil for what suits the model.
    ///   - precision: the arithmetic that it computes in.
    /// - Throws: `ModelError` when it translates no images.
    init(_ model: Model, statistics: Pix2PixConfiguration.Statistics?, precision: Precision) throws(ModelError) {
        name = model.name
        translator = try model.translator(statistics: statistics, precision: precision)
        parameters = try model.translatorParameters()
        (frame, sketches) = (try model.pairFrame(), try model.sketchRecipe())
        for channels in [parameters.inputChannels, parameters.outputChannels] where channels != 1 && channels != 3 {
            throw .unloadable(name: name, reason: "it works on \(channels) channels; images have 1 or 3")
        }
    }
}
