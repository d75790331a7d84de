import Foundation
import ImageData
import Models
import Pix2Pix
import TensorCore

/// The model from whose generator a translator's training starts.
struct StartingModel {
    /// Where it lies.
    let path: String
    let architecture: TranslatorArchitecture
    let weights: [String: Tensor]
    /// The names of its classes.
    let classNames: [String]
    /// Where in its file the weights lie; nil if there is nothing else in it.
    let source: WeightSource?

    /// - Parameters:
    ///   - model: a name, the folder of a model or a run, or a file of weights of another program.
    ///   - direction: which translator, if the model has two.
    ///   - store: where names are looked for.
    /// - Throws: ``RequestError`` when there is no such translator, `ModelError` when it is broken.
    init(_ model: String, _ direction: PairDirection = .aToB, in store: ModelStore) throws {
        let model = try store.requested(model, for: .translate, direction: direction)
        path = URL(fileURLWithPath: model.path).path
        guard let architecture = TranslatorArchitecture(model.network) else { throw model.wrongKind(.translate) }
        (self.architecture, weights, source) = (architecture, try model.usableWeights(), model.source)
        classNames = model.classNames
    }

    /// What of its file was taken; nil if there is nothing else in it.
    var note: String? { source.map { "starts from \(path): \($0.choice)" } }

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
