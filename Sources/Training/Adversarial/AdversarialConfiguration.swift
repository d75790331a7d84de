import Layers
import Models
import TensorCore

/// The configuration that is needed to build and train an adversarial pair; stored with runs and models.
package protocol AdversarialConfiguration: CheckedSettings, Sendable {
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
    /// The widths of the networks by their names, as far as ``generator`` does not check them.
    var widths: [(name: String, value: Int)] { get }
    /// A generator with fresh weights drawn from `random`.
    func makeGenerator(random: Random) -> any LatentGenerator
    /// A discriminator with fresh weights drawn from `random`.
    func makeDiscriminator(random: Random) -> any ImageDiscriminator
}

extension AdversarialConfiguration {
    /// A generator with fresh weights drawn from `random`.
    package func makeGenerator(random: Random) -> any LatentGenerator { generator.network(random: random) }

    /// None.
    package var widths: [(name: String, value: Int)] { [] }

    /// The axes along which generated images repeat.
    var wrapping: Wrapping { training.seamless ?? .neither }

    /// Refuses impossible networks and trainings.
    package func check() throws(ParameterError) {
        for (name, width) in widths { try ParameterError.check(name, width, in: TrainingLimits.width) }
        try generator.wrapping(wrapping).check()
        try ParameterError.check(in: "training") { () throws(ParameterError) in try training.check() }
    }

    /// Takes a change of the training.
    package mutating func apply(_ change: RunChange) { training.apply(change) }

    /// The manifest for model folders.
    package func manifest(name: String, provenance: [String: String]) throws -> ModelManifest {
        try ModelManifest(generator.wrapping(wrapping), name: name, classes: classNames, provenance: provenance)
            .recording(self, without: Self.generatorMembers.union(["image", "latentSize", "classNames"]))
    }
}
