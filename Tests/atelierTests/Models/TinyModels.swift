import Foundation
import Layers
import Models
import Pix2Pix
import SuperResolution
import TensorCore

extension Workplace {
    /// Writes an upscaler that computes in moments.
    func writeUpscaler(_ name: String, scale: Int = 2, seed: UInt64 = 3) throws {
        var configuration = SuperResolutionConfiguration()
        (configuration.generator.scale, configuration.generator.depth) = (scale, 1)
        configuration.generator.features = 4
        let network = configuration.generator.makeGenerator(random: Random(seed: seed))
        try configuration.manifest(name: name, provenance: [:])
            .write(to: path + "/" + name, weights: network.state(), precision: .float32)
    }

    /// Writes a translator that computes in moments.
    func writeTranslator(_ name: String, seed: UInt64 = 3) throws {
        var configuration = Pix2PixConfiguration()
        (configuration.generator.depth, configuration.generator.width) = (6, 4)
        configuration.fit = .auto
        let network = configuration.generator.makeGenerator(random: Random(seed: seed))
        try configuration.manifest(name: name, provenance: [:])
            .write(to: path + "/" + name, weights: network.state(), precision: .float32)
    }
}
