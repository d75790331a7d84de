import Models
import TensorCore

/// A model in training, as the loop sees it: the task does the mathematics, and the `Trainer` runs the loop.
///
/// A step must depend only on the configuration, the state and the step number: its random numbers come from
/// `Random(seed: seed, stream: UInt64(step))`, and its batch comes from a loader by step number. A resumed run then
/// gives the same bits as an uninterrupted one.
public protocol TrainingTask: AnyObject {
    /// The kind of model, as on the command line: `gan`, `cgan`, `classifier`.
    var kind: String { get }

    /// Images, or pairs, in a step; nil if it has no such number.
    var batchSize: Int? { get }

    /// Runs one step (all its phases) and returns its report. Steps are counted from 1.
    ///
    /// - Parameters:
    ///   - number: the number of the step.
    ///   - measuring: whether to measure costly figures (accuracies, gradient norms). Measuring must not affect
    ///     the state after the step.
    func step(_ number: Int, measuring: Bool) throws -> StepReport

    /// Everything that the next step depends on: weights, state tensors, optimizer moments, averages, counters.
    func checkpoint() -> TrainingState

    /// Restores the state that ``checkpoint()`` of a task with the same configuration returned.
    func restore(_ state: TrainingState) throws

    /// Images made from the same noise at every call; nil for a model that makes no images.
    func preview() throws -> Preview?

    /// Figures that are too expensive for every step, such as `frechet`; empty when there are none.
    func evaluate() throws -> [String: Double]

    /// Writes the model as a folder of `config.json` and `model.safetensors`.
    ///
    /// - Parameter step: the last step that was taken, for the model's provenance.
    func export(to folder: String, after step: Int) throws
}

extension TrainingTask {
    /// Nil.
    public var batchSize: Int? { nil }
}

/// The report of one training step.
public struct StepReport: Sendable {
    /// A number and its name in logs.
    public typealias Figure = (name: String, value: Double)

    /// Losses in display order, such as `discriminator` and `generator`. A loss that is not finite stops the training.
    public var losses: [Figure]
    /// The share of real images that the discriminator classified as real, 0 … 1; nil if not measured.
    public var realAccuracy: Double?
    /// The share of generated images that the discriminator classified as generated, 0 … 1; nil if not measured.
    public var fakeAccuracy: Double?
    /// The Euclidean norms of the gradients, one for each network; empty when not measured.
    public var gradientNorms: [Figure]
    /// How many real images the step has used.
    public var images: Int
    /// Anything else worth logging: learning rates, penalties, a classifier's accuracy.
    public var extra: [Figure]

    /// Creates a report; missing values were not measured.
    public init(
        losses: [Figure], realAccuracy: Double? = nil, fakeAccuracy: Double? = nil,
        gradientNorms: [Figure] = [], images: Int = 0, extra: [Figure] = []
    ) {
        self.losses = losses
        self.realAccuracy = realAccuracy
        self.fakeAccuracy = fakeAccuracy
        self.gradientNorms = gradientNorms
        self.images = images
        self.extra = extra
    }
}

/// Everything that a resumed training needs besides its configuration.
public struct TrainingState: Sendable {
    /// Weights, moments, averages, by name.
    public var tensors: [String: Tensor]
    /// Counters and other single numbers, by name; whole numbers are exact up to 2⁵³.
    public var numbers: [String: Double]

    /// Nothing but what is given.
    public init(tensors: [String: Tensor] = [:], numbers: [String: Double] = [:]) {
        self.tensors = tensors
        self.numbers = numbers
    }

    /// A number that counts something, such as the updates of a network.
    ///
    /// - Throws: `ParameterError` if it is missing, or if no training counts so far.
    package func count(_ name: String) throws(ParameterError) -> Int {
        guard let value = numbers[name] else { throw ParameterError("\(name) is missing") }
        guard let count = Int(exactly: value), TrainingLimits.updates.contains(count) else {
            throw ParameterError(
                "\(name) is \(value), it must be a whole number from 0 to \(TrainingLimits.updates.upperBound)")
        }
        return count
    }

    /// The tensors whose names start with `prefix` and a full stop, without it.
    public func tensors(under prefix: String) -> [String: Tensor] {
        let start = prefix + "."
        var found: [String: Tensor] = [:]
        for (name, tensor) in tensors where name.hasPrefix(start) {
            found[String(name.dropFirst(start.count))] = tensor
        }
        return found
    }

    /// Adds tensors under `prefix` and a full stop.
    public mutating func add(_ more: [String: Tensor], under prefix: String) {
        for (name, tensor) in more { tensors[prefix + "." + name] = tensor }
    }
}

/// A batch of images of fixed noise, for sample sheets and for watching the diversity.
public struct Preview: Sendable {
    /// `[N, C, H, W]` in [-1, 1], row after row of the sheet.
    public var images: Tensor
    /// Images in a row of the sheet.
    public var columns: Int
    /// What each row shows, such as a class name; empty when the rows mean nothing. Diversity is measured within
    /// captioned rows and over everything otherwise.
    public var captions: [String]
    /// The generated images, if the sheet also shows others; nil for all. Diversity is measured on these.
    public var made: Tensor?
    /// Real images of the same kind, `[M, C, H, W]`, whose diversity the generated ones are compared with. In rows of
    /// `columns` images too when there are captions.
    public var reference: Tensor?

    /// A sheet of images in rows of `columns`.
    public init(
        images: Tensor, columns: Int, captions: [String] = [], made: Tensor? = nil, reference: Tensor? = nil
    ) {
        self.images = images
        self.columns = columns
        self.captions = captions
        self.made = made
        self.reference = reference
    }
}
