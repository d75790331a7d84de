import Layers
import TensorCore

/// The penalties on a discriminator's gradients that a training adds to its loss.
package struct GradientPenalties: Sendable, Hashable {
    /// γ of R1, ½γ·E‖∇D(x)‖² at real images (Mescheder et al. 2018); 0 is off.
    package var r1Gamma: Double = 0
    /// γ of R2, the same at generated images; 0 is off.
    package var r2Gamma: Double = 0
    /// Steps between R1 and R2 penalties; their weight is multiplied by this number (Karras et al. 2020).
    package var interval = 16
    /// λ of WGAN-GP's penalty, in every update (Gulrajani et al. 2017); 0 is off.
    package var wganWeight: Double = 0

    /// None.
    package init() {}

    /// The penalties of the first update in a step.
    func due(at step: Int) -> GradientPenalties { step % max(interval, 1) == 0 ? self : everyTime }

    /// The penalties of every update.
    var everyTime: GradientPenalties {
        var penalties = self
        (penalties.r1Gamma, penalties.r2Gamma) = (0, 0)
        return penalties
    }

    /// Whether there are none.
    var isEmpty: Bool { r1Gamma == 0 && r2Gamma == 0 && wganWeight == 0 }

    /// The terms that are added to the loss.
    ///
    /// - Parameters:
    ///   - real, fake: images that the discriminator saw, and its output.
    ///   - output: its output for other images.
    func terms(
        real: (images: Tensor, output: DiscriminatorOutput), fake: (images: Tensor, output: DiscriminatorOutput),
        _ context: StepContext, _ output: (Tensor, ForwardMode) -> DiscriminatorOutput
    ) -> [Tensor] {
        var terms: [Tensor] = []
        func add(_ name: String, _ penalty: Tensor, weight: Double) {
            context.note(name, penalty.item)
            terms.append(penalty.scaled(by: Float(weight)))
        }
        let lazy = Double(interval) / 2
        if r1Gamma > 0 {
            add("r1", r1Penalty(logits: real.output.perImage, images: real.images), weight: r1Gamma * lazy)
        }
        if r2Gamma > 0 {
            add("r2", r2Penalty(logits: fake.output.perImage, images: fake.images), weight: r2Gamma * lazy)
        }
        if wganWeight > 0 {
            let penalty = wganGradientPenalty(real: real.images, fake: fake.images, random: context.random) {
                output($0, context.training).perImage
            }
            add("gradient-penalty", penalty, weight: wganWeight)
        }
        return terms
    }
}
