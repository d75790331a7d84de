import ImageData
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
    /// The name of the model in whose features the discriminator sees images; nil if it sees the images themselves.
    var projectedModel: String? { get }
    /// A discriminator with fresh weights drawn from `random`, in the features of ``projectedModel``.
    func makeDiscriminator(in features: any PerceptualNetwork, random: Random) -> any ImageDiscriminator
    /// The optimizer of one of the two networks.
    func makeOptimizer(of network: any Module, _ role: AdversarialRole) -> any Optimizer
    /// The rules of the training.
    ///
    /// - Parameter batch: real images by batch number.
    func makeGame(_ pair: AdversarialPair, batch: @escaping (Int) throws -> Batch) -> any AdversarialGame
}

/// One of the two networks of an adversarial pair.
package enum AdversarialRole: String, Sendable {
    case generator, discriminator
}

/// An adversarial pair in training.
package struct AdversarialPair {
    /// The network that makes images.
    package let generator: any LatentGenerator
    /// The network that distinguishes them from real images.
    package let discriminator: any ImageDiscriminator
    /// The training states of both.
    package let players: (generator: Player, discriminator: Player)

    /// A pair with the states of both networks.
    package init(
        generator: any LatentGenerator, discriminator: any ImageDiscriminator,
        players: (generator: Player, discriminator: Player)
    ) {
        (self.generator, self.discriminator, self.players) = (generator, discriminator, players)
    }
}

extension AdversarialConfiguration {
    /// A generator with fresh weights drawn from `random`.
    package func makeGenerator(random: Random) -> any LatentGenerator { generator.network(random: random) }

    /// None: the discriminator sees the images themselves.
    package var projectedModel: String? { nil }

    /// The same as without features.
    package func makeDiscriminator(in features: any PerceptualNetwork, random: Random) -> any ImageDiscriminator {
        makeDiscriminator(random: random)
    }

    /// Adam with the decays of the settings.
    package func makeOptimizer(of network: any Module, _ role: AdversarialRole) -> any Optimizer {
        Adam(network.parameters, beta1: Float(training.beta1), beta2: Float(training.beta2))
    }

    /// The game of the 2014 paper, with the settings' loss and penalties.
    package func makeGame(
        _ pair: AdversarialPair, batch: @escaping (Int) throws -> Batch
    ) -> any AdversarialGame {
        LatentGame(training, isConditional: !classNames.isEmpty, pair, batch: batch)
    }

    /// None.
    package var widths: [(name: String, value: Int)] { [] }

    /// Refuses impossible networks and trainings.
    package func check() throws(ParameterError) {
        for (name, width) in widths { try ParameterError.check(name, width, in: TrainingLimits.width) }
        try generator.check()
        try ParameterError.check(in: "training") { () throws(ParameterError) in try training.check() }
    }

    /// Takes a change of the training.
    package mutating func apply(_ change: RunChange) { training.apply(change) }

    /// The manifest for model folders.
    package func manifest(name: String, provenance: [String: String]) throws -> ModelManifest {
        try ModelManifest(generator, name: name, classes: classNames, provenance: provenance)
            .recording(self, without: Self.generatorMembers.union(["image", "latentSize", "classNames"]))
    }
}
