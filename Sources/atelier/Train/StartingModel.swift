import Catalog
import Foundation
import ImageData
import Models
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
    /// - Throws: `UsageError` when there is none, `ModelError` when it is no translator or has no such direction.
    init(_ model: String, _ direction: PairDirection = .aToB) throws {
        let model = try ModelStore.searched.load(model, direction: direction)
        path = URL(fileURLWithPath: model.path).path
        try model.check(.translate)
        guard let architecture = TranslatorArchitecture(model.network) else { throw model.wrongKind(.translate) }
        (self.architecture, weights) = (architecture, model.weights)
    }

    /// Channels of its inputs and outputs.
    var channels: (input: Int, target: Int) { (architecture.inputChannels, architecture.outputChannels) }

    /// - Throws: `UsageError` when its weights are not those of the network wanted.
    func check(_ wanted: TranslatorArchitecture) throws {
        var same = wanted
        same.dropout = architecture.dropout
        guard same != architecture else { return }
        throw UsageError(
            """
            The weights of \(path) fit \(Self.words(architecture)) only; asked for is \(Self.words(wanted)).
            Leave out what asks for another network (--net-g, --ngf, --norm, --upsample, --input-channels, \
            --output-channels), or --from.
            """)
    }

    private static func words(_ network: TranslatorArchitecture) -> String {
        "\(network.name) with --ngf \(network.width) --norm \(network.normalization.rawValue) --upsample "
            + "\(network.upsampling.rawValue), from \(network.inputChannels) to \(network.outputChannels) channels"
    }
}
