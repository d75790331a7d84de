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
    /// Whether it is a generator of images that a drawing is to guide.
    let isGuided: Bool
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
        let model = try store.asked(for: .translate) {
            let model = try Model.load(model, direction: direction, from: store)
            if TranslatorArchitecture(guiding: model.network) == nil { try model.check(.translate) }
            return model
        }
        path = URL(fileURLWithPath: model.path).path
        let guiding = TranslatorArchitecture(guiding: model.network)
        guard let architecture = guiding ?? TranslatorArchitecture(model.network) else {
            throw model.wrongKind(.translate)
        }
        (self.architecture, isGuided) = (architecture, guiding != nil)
        (weights, source, classNames) = (try model.usableWeights(), model.source, model.classNames)
    }

    /// What of its file was taken; nil if there is nothing else in it.
    var note: String? { source.map { "starts from \(path): \($0.choice)" } }

    /// Channels of its inputs and outputs.
    ///
    /// - Parameter drawings: the channels of drawings that are to guide a generator.
    func channels(drawings: Int) -> (input: Int, target: Int) {
        (isGuided ? drawings : architecture.inputChannels, architecture.outputChannels)
    }

    /// - Throws: ``TrainingRequestError`` when its weights are not those of the network wanted.
    func check(_ wanted: TranslatorArchitecture) throws(TrainingRequestError) {
        var same = wanted
        same.dropout = architecture.dropout
        if isGuided { (same.inputChannels, same.colorHints) = (architecture.inputChannels, architecture.colorHints) }
        guard same != architecture else { return }
        throw .differentNetwork(of: path, own: architecture, wanted: wanted)
    }
}
