import ImageData
import Layers
import Models
import TensorCore
import Training

/// The training of a classifier: cross-entropy with AdamW and a learning rate that falls along a cosine.
public final class ClassifierTask: TrainingTask {
    /// The network and how it is trained.
    public let configuration: ClassifierConfiguration
    private let name: String
    private let provenance: [String: String]
    private let batch: (Int) throws -> Batch
    /// Hands every test batch to a closure.
    private let forEachTestBatch: (((Batch) throws -> Void) throws -> Void)?
    private let network: Classifier
    private let optimizer: AdamW
    private let schedule: Schedule

    /// - Parameters:
    ///   - batch: training images by batch number.
    ///   - forEachTestBatch: hands every image kept for testing to its closure; nil when there are none.
    public init(
        _ configuration: ClassifierConfiguration, batch: @escaping (Int) throws -> Batch,
        forEachTestBatch: (((Batch) throws -> Void) throws -> Void)? = nil, name: String,
        provenance: [String: String] = [:]
    ) {
        self.configuration = configuration
        self.batch = batch
        self.forEachTestBatch = forEachTestBatch
        self.name = name
        self.provenance = provenance
        network = Classifier(configuration.parameters, random: Random(seed: configuration.seed, stream: .max))
        optimizer = AdamW(
            network.parameters, learningRate: Float(configuration.learningRate),
            weightDecay: Float(configuration.weightDecay))
        schedule = .cosine(total: configuration.steps)
    }

    /// `classifier`.
    public var kind: String { ClassifierConfiguration.kind }

    /// One update on one batch; reports the cross-entropy and the batch's `accuracy`, 0 … 1.
    public func step(_ number: Int, measuring: Bool) throws -> StepReport {
        let random = Random(seed: configuration.seed, stream: UInt64(number))
        let mode = ForwardMode.training(random, configuration.precision ?? .float32)
        optimizer.learningRate = Float(configuration.learningRate) * schedule.factor(step: number - 1)

        let batch = try batch(number - 1)
        // Shifts by a pixel or two keep the classifier from learning positions by heart.
        let images = DifferentiableAugmentation.translation(batch.images, reach: 2, random)
        let logits = network.logits(features: network.features(images, mode), mode)
        let loss = crossEntropy(logits: logits, labels: batch.labels)
        let weights = gradients(of: loss, at: optimizer.parameters.map(\.parameter.value))
        optimizer.update(weights)

        var report = StepReport(losses: [("cross-entropy", Double(loss.item))], images: batch.labels.count)
        report.extra.append(("accuracy", accuracy(logits.argmax(), batch.labels)))
        return report
    }

    /// Weights, running statistics and AdamW's moments.
    public func checkpoint() -> TrainingState {
        var state = TrainingState()
        state.add(network.state(), under: "network")
        state.add(optimizer.state(), under: "optimizer")
        state.numbers["optimizer.step"] = Double(optimizer.step)
        return state
    }

    /// Takes over what ``checkpoint()`` returned.
    public func restore(_ state: TrainingState) throws {
        try network.load(state.tensors(under: "network"))
        try optimizer.load(state.tensors(under: "optimizer"), step: Int(state.numbers["optimizer.step"] ?? 0))
    }

    /// Nil: a classifier makes no images.
    public func preview() throws -> Preview? { nil }

    /// `accuracy` on the test images, 0 … 1.
    public func evaluate() throws -> [String: Double] {
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
    public func export(to folder: String) throws {
        var provenance = provenance
        if let accuracy = try evaluate()["accuracy"] { provenance["test accuracy"] = String(accuracy) }
        try configuration.manifest(name: name, provenance: provenance).write(to: folder, weights: network.state())
    }

    private func accuracy(_ classes: [Int], _ labels: [Int]) -> Double {
        Double(zip(classes, labels).reduce(0) { $0 + ($1.0 == $1.1 ? 1 : 0) }) / Double(max(labels.count, 1))
    }
}
