import Atelier
import Foundation
import Models
import StyleGAN
import TensorCore

/// A folder with a styled generator that computes in moments, removed when the last test is over.
final class TinyStyles: Sendable {
    let path = NSTemporaryDirectory() + "atelier-styles-\(UUID().uuidString)"

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func callAsFunction(_ name: String) -> String { path + "/" + name }

    /// A generator of 16×16 images with fresh weights.
    func model(classes: [String] = [], styleSize: Int = 8, channels: Int = 3) throws -> Model {
        var sizes = StyleGANParameters()
        sizes.image = ImageShape(size: 16, channels: channels)
        (sizes.latentSize, sizes.styleSize, sizes.mappingLayers) = (6, styleSize, 2)
        (sizes.channelBase, sizes.channelMax, sizes.classCount) = (64, 8, classes.count)
        let network = NetworkConfiguration(.styleGAN2, sizes)
        let folder = path + "/styles-\(classes.count)-\(styleSize)-\(channels)"
        try ModelManifest(network, name: "styles", classes: classes, provenance: [:])
            .write(to: folder, weights: network.makeNetwork(random: Random(seed: 4)).state(), precision: .float32)
        return try Model.load(folder)
    }

    func editor(classes: [String] = [], channels: Int = 3) throws -> StyleEditor {
        try StyleEditor(model(classes: classes, channels: channels))
    }
}
