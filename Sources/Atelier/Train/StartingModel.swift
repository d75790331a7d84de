import Catalog
import Foundation
import ImageData
import Pix2Pix
import TensorCore

/// The model whose generator a translator's training starts from.
struct StartingModel {
    /// Where it lies.
    let path: String
    let architecture: TranslatorArchitecture
    let weights: [String: Tensor]

    /// - Parameters:
    ///   - model: a name, a model's or a run's folder, or a file of weights from elsewhere.
    ///   - direction: which of two translators, where there are two.
    /// - Throws: ``RequestError`` when there is none, `CatalogError` when it is no translator or has no such direction.
    init(_ model: String, _ direction: PairDirection = .aToB) throws {
        let found: (configuration: Pix2PixConfiguration, weights: [String: Tensor])
        if direction == .aToB, ForeignModel.isFile(model) {
            path = URL(fileURLWithPath: model).path
            found = try ForeignModel(path: model).translation()
        } else {
            let folder = try requested { try Catalog.find(model).translating(direction) }
            path = URL(fileURLWithPath: folder.path).path
            found = try Catalog.translation(folder)
        }
        (architecture, weights) = (found.configuration.generator, found.weights)
    }

    /// Channels of its inputs and outputs.
    var channels: (input: Int, target: Int) { (architecture.inputChannels, architecture.outputChannels) }

    /// - Throws: ``TrainingRequestError`` when its weights are not those of the network wanted.
    func check(_ wanted: TranslatorArchitecture) throws(TrainingRequestError) {
        var same = wanted
        same.dropout = architecture.dropout
        guard same != architecture else { return }
        throw .differentNetwork(of: path, own: architecture, wanted: wanted)
    }
}
