import ConditionalGAN
import Evaluation
import Models
import Pix2Pix
import SuperResolution
import VanillaGAN

extension Array where Element == Architecture {
    /// Every network that is known: the registry. A family adds its own by a line.
    public static var known: [Architecture] {
        .unconditionalGenerators
            + .conditionalGenerators
            + .translators
            + .upscalers
            + [.classifier, .niqe]
    }
}
