import ConditionalGAN
import Evaluation
import Models
import Pix2Pix
import SuperResolution
import VanillaGAN

extension Array where Element == Architecture {
    /// The registry of all known networks. A family adds its own with one line.
    package static var known: [Architecture] {
        .unconditionalGenerators
            + .conditionalGenerators
            + .translators
            + .upscalers
            + [.classifier, .niqe]
    }
}
