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
    var projectedModel: String? { get set }
    /// A discriminator with fresh weights drawn from `random`, in the features of ``projectedModel``.
    func makeDiscriminator(in features: any PerceptualNetwork, random: Random) -> any ImageDiscriminator
    /// The optimizer of one of the two networks.
    func makeOptimizer(of network: any Module, _ role: AdversarialRole) -> any Optimizer
    /// Completes the settings of a new run, which may have been changed since they were the usual ones.
    mutating func follow(_ usual: AdversarialSettings)
    /// The moving average of the generator's weights; nil for none.
    func makeAverage(of network: any Module) -> ExponentialMovingAverage?
    /// Whether the generator has statistics of batches, which are measured for averaged weights.
    var measuresStatistics: Bool { get }
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

    /// None: the discriminator sees the images themselves. Setting it changes nothing.
    package var projectedModel: String? {
        get { nil }
        set {}
    }

    /// The same as without features.
    package func makeDiscriminator(in features: any PerceptualNetwork, random: Random) -> any ImageDiscriminator {
        makeDiscriminator(random: random)
    }

    /// Adam with the decays of the settings.
    package func makeOptimizer(of network: any Module, _ role: AdversarialRole) -> any Optimizer {
        Adam(network.parameters, beta1: Float(training.beta1), beta2: Float(training.beta2))
    }

    /// No setting depends on the others.
    package mutating func follow(_ usual: AdversarialSettings) {}

    /// An average with the decay of the settings.
    package func makeAverage(of network: any Module) -> ExponentialMovingAverage? {
        training.averageDecay > 0
            ? ExponentialMovingAverage(of: network, decay: Float(training.averageDecay)) : nil
    }

    /// It has.
    package var measuresStatistics: Bool { true }

    /// The game of the 2014 paper, with the settings' loss and penalties.
    package func makeGame(
        _ pair: AdversarialPair, batch: @escaping (Int) throws -> Batch
    ) -> any AdversarialGame {
        LatentGame(training, classes: classNames.count, pair, batch: batch)
    }

    /// None.
    package var widths: [(name: String, value: Int)] { [] }

    /// The axes along which generated images repeat.
    package var wrapping: Wrapping { training.seamless ?? .neither }

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
