import Layers
import TensorCore

/// The output of a discriminator: the activations of each of its members, with the logits at the end.
package struct DiscriminatorOutput: Sendable {
    /// The activations of each member.
    package let members: [[Tensor]]

    /// The output of members with comparable activations.
    package init(_ members: [[Tensor]]) { self.members = members }

    /// The output of one member with only its logits.
    package init(logits: Tensor) { members = [[logits]] }

    /// The logits of each member.
    package var logits: [Tensor] { members.map { $0[$0.count - 1] } }

    /// The same without history.
    package var detached: DiscriminatorOutput { DiscriminatorOutput(members.map { $0.map(\.detached) }) }

    /// The share of images that the first member classifies as real.
    var takenForReal: Float { (logits[0] .> 0).mean().item }

    /// The share of images that the first member finds more real than those of another output.
    func shareAbove(_ other: DiscriminatorOutput) -> Float { (logits[0] .> other.logits[0]).mean().item }

    /// One logit for each image: the sum over the members of the mean over all positions.
    package var perImage: Tensor {
        let each = logits.map { $0.rank > 1 ? $0.mean(axes: Array(1..<$0.rank)) : $0 }
        return each.dropFirst().reduce(each[0], +)
    }
}

extension AdversarialLoss {
    /// The discriminator's loss, the mean over its members.
    package func discriminator(real: DiscriminatorOutput, fake: DiscriminatorOutput) -> Tensor {
        Self.mean(zip(real.logits, fake.logits).map { discriminator(real: $0, fake: $1) })
    }

    /// The term of the discriminator's loss for real images, the mean over its members.
    func discriminator(real: DiscriminatorOutput) -> Tensor {
        Self.mean(real.logits.map { discriminator(real: $0) })
    }

    /// The term of the discriminator's loss for generated images, the mean over its members.
    func discriminator(fake: DiscriminatorOutput) -> Tensor {
        Self.mean(fake.logits.map { discriminator(fake: $0) })
    }

    /// The discriminator's loss, the mean over kinds of images that it should tell from real ones.
    func discriminator(real: DiscriminatorOutput, fakes: [DiscriminatorOutput]) -> Tensor {
        Self.mean(fakes.map { discriminator(real: real, fake: $0) })
    }

    /// The generator's loss, the mean over the discriminator's members.
    ///
    /// - Parameter real: the output for real images; needed if `comparesWithReal`.
    package func generator(fake: DiscriminatorOutput, real: DiscriminatorOutput?) -> Tensor {
        let reals = comparesWithReal ? real?.detached.logits : nil
        return Self.mean(fake.logits.enumerated().map { generator(fake: $1, real: reals?[$0]) })
    }

    private static func mean(_ terms: [Tensor]) -> Tensor {
        terms.count == 1 ? terms[0] : terms.dropFirst().reduce(terms[0], +).scaled(by: 1 / Float(terms.count))
    }
}
