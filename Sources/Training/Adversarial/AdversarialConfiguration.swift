import Layers
import TensorCore

/// What has to be known to build an adversarial pair and to train it; stored with runs and models.
public protocol AdversarialConfiguration: Codable, Sendable {
    /// What the command line and model folders call this family: `gan`, `cgan`.
    static var kind: String { get }
    /// The images that are learned and made.
    var image: ImageShape { get }
    /// Names of the classes in label order; empty for an unconditional family.
    var classNames: [String] { get }
    /// How the pair is trained.
    var training: AdversarialSettings { get set }

    /// A generator with fresh weights drawn from `random`.
    func makeGenerator(random: Random) -> any LatentGenerator
    /// A discriminator with fresh weights drawn from `random`.
    func makeDiscriminator(random: Random) -> any ImageDiscriminator
}
