import ConditionalGAN
import Evaluation
import FastGAN
import Features
import Models
import Pix2Pix
import R3GAN
import StyleGAN
import SuperResolution
import Training
import VanillaGAN

/// The registry of families that are trained as adversarial pairs.
package enum KnownFamilies {
    /// A family adds its own with one line; then it is trained, listed, loaded, and generates.
    package static let adversarial: [any AdversarialFamily.Type] = [
        VanillaGANConfiguration.self,
        ConditionalGANConfiguration.self,
        FastGANConfiguration.self,
        StyleGANConfiguration.self,
        R3GANConfiguration.self,
    ]
}

extension Array where Element == Architecture {
    /// The registry of all known networks.
    package static var known: [Architecture] {
        KnownFamilies.adversarial.flatMap { $0.architectures }
            + [.styleGAN3]
            + .translators
            + .upscalers
            + [.classifier, .niqe, .efficientNetLite0]
    }
}
