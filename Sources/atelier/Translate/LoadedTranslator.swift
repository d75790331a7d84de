import Catalog
import ImageData
import Models
import Pix2Pix
import TensorCore

/// A translator as people name it: a model of the catalog, a folder, a run, or a file of weights from elsewhere.
struct LoadedTranslator {
    let name: String
    let translator: Translator
    let parameters: TranslatorParameters
    /// The form that pairs had in the training.
    let frame: PairFrame
    /// How inputs were drawn after photos in the training; nil for pairs that were complete.
    let sketches: SketchRecipe?

    /// - Parameters:
    ///   - direction: the way that a model of both ways translates.
    ///   - statistics: whose mean and variance batch normalization uses; nil for what suits the model.
    ///   - precision: the arithmetic that it computes in.
    /// - Throws: `UsageError` when there is no such model, `ModelError` when it translates no images.
    init(
        _ model: String, direction: PairDirection = .aToB, statistics: Pix2PixConfiguration.Statistics?,
        precision: Precision
    ) throws {
        let model = try ModelStore.searched.load(model, direction: direction)
        name = model.name
        translator = try model.translator(statistics: statistics, precision: precision)
        parameters = try model.translatorParameters()
        (frame, sketches) = (try model.pairFrame(), try model.sketchRecipe())
        for channels in [parameters.inputChannels, parameters.outputChannels] where channels != 1 && channels != 3 {
            throw ModelError.unloadable(
                name: name, reason: "it works on \(channels) channels; images have 1 or 3")
        }
    }
}
