import Layers
import TensorCore

/// A discriminator as both players meet it: how it is shown images, what it says of them, and what it minimizes. What
/// is real, what is generated, and what the generator minimizes besides, is each family's own.
package struct Adversary {
    /// What the discriminator says of augmented images.
    package let output: (Tensor, ForwardMode) -> DiscriminatorOutput
    /// How everything is changed at random that the discriminator is shown.
    package var augmentation: (Tensor, Random) -> Tensor = { images, _ in images }
    /// What the two play for.
    package let loss: AdversarialLoss
    /// The weight of the discriminator's loss, the penalties apart.
    package var weight: Float = 1
    /// What holds the discriminator's gradients down.
    package var penalties = GradientPenalties()

    /// A discriminator by what it says of images, and the loss.
    package init(_ loss: AdversarialLoss, output: @escaping (Tensor, ForwardMode) -> DiscriminatorOutput) {
        self.loss = loss
        self.output = output
    }

    /// What the discriminator minimizes, and what it says of the real images.
    ///
    /// Everything that it sees is augmented: real images, generated ones, and what penalties are taken at.
    ///
    /// - Parameters:
    ///   - real: images as they are.
    ///   - fake: generated ones; the generator's history is not followed.
    package func discriminatorLoss(
        real: Tensor, fake: Tensor, _ context: StepContext
    ) -> (loss: Tensor, real: DiscriminatorOutput) {
        let penalties = context.repetition == 0 ? penalties.due(at: context.step) : penalties.everyTime
        let fake = fake.detached
        let real = augmentation(penalties.r1Gamma > 0 ? real.requiringGradient() : real, context.random)
        let realOutput = output(real, context.training)
        let generated = augmentation(penalties.r2Gamma > 0 ? fake.requiringGradient() : fake, context.random)
        let fakeOutput = output(generated, context.training)

        var loss = loss.discriminator(real: realOutput, fake: fakeOutput)
        if weight != 1 { loss = loss.scaled(by: weight) }
        context.note(loss: "discriminator", loss)
        if context.isMeasuring {
            context.note(accuracies: realOutput.takenForReal, 1 - fakeOutput.takenForReal)
        }
        for term in penalties.terms(real: (real, realOutput), fake: (generated, fakeOutput), context, output) {
            loss = loss + term
        }
        return (loss, realOutput.detached)
    }

    /// What the discriminator, which rests, says of generated images that their generator learns from.
    package func output(of fake: Tensor, _ context: StepContext) -> DiscriminatorOutput {
        output(augmentation(fake, context.random), context.frozen)
    }
}
