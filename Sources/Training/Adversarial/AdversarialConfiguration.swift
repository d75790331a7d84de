import Layers
import TensorCore

/// What has to be known to build an adversarial pair and to train it; stored with runs and models.
public protocol AdversarialConfiguration: Codable, Sendable {
    /// What the command line and model folders call this family: `gan`, `cgan`.
    static var kind: String { get }
    var picture: PictureFormat { get }
    /// Names of the classes in label order; empty for an unconditional family.
    var classNames: [String] { get }
    var training: AdversarialSettings { get }

    func makeGenerator(random: Random) -> any LatentGenerator
    func makeDiscriminator(random: Random) -> any PictureDiscriminator
}
