import Layers
import TensorCore

/// The discriminator's side of a game: how it sees images, its output, and its loss. Each family supplies the real and
/// generated images, and the other losses of the generator.
///
/// If generated images repeat, the discriminator sees windows of them at random places. Its own layers have borders: so
/// have real images, which need not repeat.
package struct Adversary {
    /// The discriminator's output for augmented images.
    package let output: (Tensor, ForwardMode) -> DiscriminatorOutput
    /// Its outputs for real images, first with their own conditions, then with others, which it learns to take for
    /// generated images: then it cannot overlook the conditions (Reed et al. 2016, "Generative adversarial text to image
    /// synthesis"); nil for their own alone.
    package var realOutputs: ((Tensor, ForwardMode) -> [DiscriminatorOutput])?
    /// The random changes of everything that the discriminator sees.
    package var augmentation: (Tensor, Random) -> Tensor = { images, _ in images }
    /// The losses of both networks.
    package let loss: AdversarialLoss
    /// The weight of the discriminator's loss, without the penalties.
    package var weight: Float = 1
    /// The penalties on the discriminator's gradients.
    package var penalties = GradientPenalties()

    /// A discriminator from its output function and its loss.
    package init(_ loss: AdversarialLoss, output: @escaping (Tensor, ForwardMode) -> DiscriminatorOutput) {
        self.loss = loss
        self.output = output
    }

    /// The discriminator's loss, and its output for the real images.
    ///
    /// Everything that it sees is augmented: real images, generated images, and the points of penalties.
    ///
    /// - Parameters:
    ///   - real: real images.
    ///   - fake: generated images; gradients do not flow to the generator.
    ///   - opened: the output for real images, if their term has been differentiated already; then it is left out.
    package func discriminatorLoss(
        real: @autoclosure () -> Tensor, fake: Tensor, after opened: DiscriminatorOutput? = nil, _ context: StepContext
    ) -> (loss: Tensor, real: DiscriminatorOutput) {
        if let opened { return (discriminatorLoss(fake: fake, after: opened, context), opened) }
        let images = real()
        let penalties = penalties(of: context)
        let fake = context.windows(of: fake.detached)
        let context = context.withBorders
        let real = augmentation(penalties.r1Gamma > 0 ? images.requiringGradient() : images, context.random)
        let realOutputs = realOutputs?(real, context.training) ?? [output(real, context.training)]
        let realOutput = realOutputs[0]
        let generated = augmentation(penalties.r2Gamma > 0 ? fake.requiringGradient() : fake, context.random)
        let fakeOutput = output(generated, context.training)

        var loss = weighted(self.loss.discriminator(real: realOutput, fakes: [fakeOutput] + realOutputs.dropFirst()))
        note(loss, realOutput, fakeOutput, context)
        for term in penalties.terms(real: (real, realOutput), fake: (generated, fakeOutput), context, output) {
            loss = loss + term
        }
        return (loss, realOutput.detached)
    }

    /// Whether the discriminator's loss is the sum of a term for real images and one for generated ones, in this update.
    package func hasSeparateTerms(_ context: StepContext) -> Bool {
        !loss.comparesWithReal && realOutputs == nil && penalties(of: context).isEmpty
    }

    /// The term of the discriminator's loss for real images, and its output for them.
    package func discriminatorLoss(
        real: Tensor, _ context: StepContext
    ) -> (loss: Tensor, real: DiscriminatorOutput) {
        let context = context.withBorders
        let output = output(augmentation(real, context.random), context.training)
        return (weighted(loss.discriminator(real: output)), output.detached)
    }

    /// The term of the discriminator's loss for generated images, when its output for real ones is known.
    private func discriminatorLoss(
        fake: Tensor, after real: DiscriminatorOutput, _ context: StepContext
    ) -> Tensor {
        let fake = context.windows(of: fake.detached)
        let context = context.withBorders
        let output = output(augmentation(fake, context.random), context.training)
        let term = weighted(loss.discriminator(fake: output))
        note(weighted(loss.discriminator(real: real)) + term.detached, real, output, context)
        return term
    }

    private func weighted(_ loss: Tensor) -> Tensor { weight != 1 ? loss.scaled(by: weight) : loss }

    private func penalties(of context: StepContext) -> GradientPenalties {
        context.repetition == 0 ? penalties.due(at: context.step) : penalties.everyTime
    }

    private func note(
        _ loss: Tensor, _ real: DiscriminatorOutput, _ fake: DiscriminatorOutput, _ context: StepContext
    ) {
        context.note(loss: "discriminator", loss)
        guard context.isMeasuring else { return }
        if self.loss == .relativisticPairing {
            let share = real.shareAbove(fake)
            context.note(accuracies: share, share)
        } else {
            context.note(accuracies: real.takenForReal, 1 - fake.takenForReal)
        }
    }

    /// The output of the frozen discriminator for generated images, from which the generator learns.
    package func output(of fake: Tensor, _ context: StepContext) -> DiscriminatorOutput {
        output(augmentation(context.windows(of: fake), context.random), context.withBorders.frozen)
    }
}
