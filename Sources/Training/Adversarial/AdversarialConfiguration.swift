import Layers
import Models
import TensorCore

/// The configuration that is needed to build and train an adversarial pair; stored with runs and models.
package protocol AdversarialConfiguration: Codable, Sendable {
    /// The name of this family on the command line and in model folders: `gan`, `cgan`.
    static var kind: String { get }
    /// The form of the images.
    var image: ImageShape { get }
    /// Names of the classes in label order; empty for an unconditional family.
    var classNames: [String] { get }
    /// How the networks are trained.
    var training: AdversarialSettings { get set }

    /// The generator in model folders.
    var generator: NetworkConfiguration { get }
    /// The members of the configuration that ``generator`` also contains.
    static var generatorMembers: Set<String> { get }
    /// A generator with fresh weights drawn from `random`.
    func makeGenerator(random: Random) -> any LatentGenerator
    /// A discriminator with fresh weights drawn from `random`.
    func makeDiscriminator(random: Random) -> any ImageDiscriminator
}

extension AdversarialConfiguration {
    /// A generator with fresh weights drawn from `random`.
    package func makeGenerator(random: Random) -> any LatentGenerator { generator.network(random: random) }

    /// The manifest for model folders.
    package func manifest(name: String, provenance: [String: String]) throws -> ModelManifest {
        try ModelManifest(generator, name: name, classes: classNames, provenance: provenance)
            .recording(self, without: Self.generatorMembers.union(["image", "latentSize", "classNames"]))
    }
}
