import ImageData
import Layers
import Models
import TensorCore
import Training

/// The training of a classifier: cross-entropy with AdamW and a learning rate that falls along a cosine.
package final class ClassifierTask: PacedTask, DivisibleTask {
    /// The network and how it is trained.
    package let configuration: ClassifierConfiguration
    private let name: String
    private let provenance: [String: String]
    /// Calls a closure with every test batch.
    private let forEachTestBatch: (((Batch) throws -> Void) throws -> Void)?
    private let network: Classifier
    private var loop: PhaseLoop

    /// - Parameters:
    ///   - batch: training images by batch number.
    ///   - forEachTestBatch: calls its closure with every test image; nil if there are none.
    package init(
        _ configuration: ClassifierConfiguration, batch: @escaping (Int) throws -> Batch,
        forEachTestBatch: (((Batch) throws -> Void) throws -> Void)? = nil, name: String,
        provenance: [String: String] = [:]
    ) {
        self.configuration = configuration
        self.forEachTestBatch = forEachTestBatch
        self.name = name
        self.provenance = provenance
        let network = Classifier(configuration.parameters, random: Random(seed: configuration.seed, .generatorWeights))
        let player = Player(
            "network", network,
            optimizer: AdamW(network.parameters, weightDecay: Float(configuration.weightDecay)),
            rate: Player.LearningRate(configuration.learningRate, .cosine(total: configuration.steps)),
            optimizerName: "optimizer")
        let images = StepImages(batch)
        let phase = TrainingPhase("classifier", [player]) { context in
            try Self.loss(of: network, images(context.step - 1, context), shift: configuration.shift ?? 2, context)
        }
        loop = PhaseLoop([phase], seed: configuration.seed, precision: configuration.precision ?? .float32)
        self.network = network
    }

    /// `classifier`.
    package var kind: String { ClassifierConfiguration.kind }
    /// Images in a step.
    package var batchSize: Int? { configuration.batchSize }

    /// How the steps go through the schedules.
    package var pace: Pace {
        get { loop.pace }
        set { loop.pace = newValue }
    }
    /// How batches are divided into shards.
    package var division: Division {
        get { loop.division }
        set { loop.division = newValue }
    }

    /// One update on one batch; reports the cross-entropy and, when measuring, the batch's `accuracy`, 0 … 1.
    package func step(_ number: Int, measuring: Bool) throws -> StepReport {
        try loop.step(number, measuring: measuring)
    }

    private static func loss(
        of network: Classifier, _ batch: Batch, shift: Int, _ context: StepContext
    ) -> Tensor {
        context.note(images: batch.labels.count)
        // Shifts by a pixel or two prevent the classifier from memorizing positions.
        let images =
            shift == 0
            ? batch.images : DifferentiableAugmentation.translation(batch.images, reach: shift, context.random)
        let logits = network.logits(features: network.features(images, context.training), context.training)
        let loss = crossEntropy(logits: logits, labels: batch.labels)
        context.note(loss: "cross-entropy", loss)
        if context.isMeasuring {
            let correct = zip(logits.argmax(), batch.labels).count { $0 == $1 }
            context.note("accuracy", Float(correct) / Float(max(batch.labels.count, 1)))
        }
        return loss
    }

    /// Weights, running statistics and AdamW's moments.
    package func checkpoint() -> TrainingState { loop.state }

    /// Restores the state that ``checkpoint()`` returned.
    package func restore(_ state: TrainingState) throws { try loop.restore(state) }

    /// Nil: a classifier makes no images.
    package func preview() throws -> Preview? { nil }

    /// `accuracy` on the test images, 0 … 1.
    package func evaluate() throws -> [String: Double] {
        guard let forEachTestBatch else { return [:] }
        var correct = 0
        var count = 0
        try forEachTestBatch { batch in
            let features = network.features(batch.images, .inference)
            let classes = network.logits(features: features, .inference).argmax()
            correct += zip(classes, batch.labels).reduce(0) { $0 + ($1.0 == $1.1 ? 1 : 0) }
            count += classes.count
        }
        return count == 0 ? [:] : ["accuracy": Double(correct) / Double(count)]
    }

    /// Writes the model folder, with the test accuracy among its provenance.
    package func export(to folder: String, after step: Int) throws {
        var provenance = provenance
        provenance["steps"] = "\(step)"
        if let accuracy = try evaluate()["accuracy"] { provenance["test accuracy"] = String(accuracy) }
        try configuration.manifest(name: name, provenance: provenance).write(to: folder, weights: network.state())
    }
}
