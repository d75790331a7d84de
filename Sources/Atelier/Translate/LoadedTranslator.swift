import ImageData
import Models
import Pix2Pix
import TensorCore

/// A model that translates images, ready to do so, with what it says about itself.
struct LoadedTranslator: Sendable {
    let name: String
    let translator: Translator
    let parameters: TranslatorParameters
    /// The names of its classes in the order of their labels.
    let classNames: [String]
    /// The form of pairs in training.
    let frame: PairFrame
    /// How training drew inputs from photos; nil for complete pairs.
    let sketches: SketchRecipe?

    /// The hints and classes of its inputs.
    var conditions: PairConditions {
        var conditions = PairConditions()
        conditions.classNames = classNames
        conditions.hints = parameters.colorHints ? HintRecipe() : nil
        conditions.hasNoise = parameters.noise
        return conditions
    }

    /// - Parameters:
    ///   - statistics: which mean and variance batch normalization uses; nil for the model's own setting.
    ///   - precision: the precision of its arithmetic.
    ///   - seamless: the axes along which images repeat; nil for those of the model.
    /// - Throws: `ModelError` when it translates no images.
    init(
        _ model: Model, statistics: Pix2PixConfiguration.Statistics?, precision: Precision, seamless: Wrapping? = nil
    ) throws(ModelError) {
        (name, classNames) = (model.name, model.classNames)
        translator = try model.translator(statistics: statistics, precision: precision, wrapping: seamless)
        parameters = try model.translatorParameters()
        (frame, sketches) = (try model.pairFrame(), try model.sketchRecipe())
        for channels in [parameters.inputChannels, parameters.outputChannels] where channels != 1 && channels != 3 {
            throw .unloadable(name: name, reason: "it works on \(channels) channels; images have 1 or 3")
        }
    }
}
