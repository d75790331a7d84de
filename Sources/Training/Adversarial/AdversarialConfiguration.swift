import Layers
import Models
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

    /// The generator, as it is written to model folders.
    var generator: NetworkConfiguration { get }
    /// Members of the configuration that ``generator`` says as well.
    static var generatorMembers: Set<String> { get }
    /// A generator with fresh weights drawn from `random`.
    func makeGenerator(random: Random) -> any LatentGenerator
    /// A discriminator with fresh weights drawn from `random`.
    func makeDiscriminator(random: Random) -> any ImageDiscriminator
}

extension AdversarialConfiguration {
    /// A generator with fresh weights drawn from `random`.
    public func makeGenerator(random: Random) -> any LatentGenerator { generator.network(random: random) }

    /// What is written to model folders.
    package func manifest(name: String, provenance: [String: String]) throws -> ModelManifest {
        try ModelManifest(generator, name: name, classes: classNames, provenance: provenance)
            .recording(self, without: Self.generatorMembers.union(["image", "latentSize", "classNames"]))
    }
}
