import Catalog
import ImageData
import Pix2Pix
import TensorCore

/// A translator as people name it: a model of the catalogue, a folder, a run, or a file of weights from elsewhere.
struct LoadedTranslator: Sendable {
    let name: String
    let translator: Translator
    let configuration: Pix2PixConfiguration

    /// - Parameters:
    ///   - direction: the way that a model of both ways translates.
    ///   - statistics: whose mean and variance batch normalization uses; nil for what suits the model.
    ///   - precision: the arithmetic that it computes in.
    /// - Throws: `RequestError` when there is no such model, `CatalogError` when it translates no images.
    init(
        _ model: String, direction: PairDirection = .aToB, statistics: Pix2PixConfiguration.Statistics?,
        precision: Precision
    ) throws {
        let loaded: (translator: Translator, configuration: Pix2PixConfiguration)
        if ForeignModel.isFile(model) {
            let file = try ForeignModel(path: model)
            (name, loaded) = (file.name, try file.translator(statistics: statistics, precision: precision))
        } else {
            let folder = try requested { try Catalog.find(model).translating(direction) }
            (name, loaded) = (folder.name, try Catalog.translator(folder, statistics: statistics, precision: precision))
        }
        let generator = loaded.configuration.generator
        for channels in [generator.inputChannels, generator.outputChannels] where channels != 1 && channels != 3 {
            throw CatalogError.unloadable(
                name: name, reason: "it works on \(channels) channels; images have 1 or 3")
        }
        (translator, configuration) = loaded
    }
}
