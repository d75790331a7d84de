import TensorCore

/// A model in training, as the loop sees it: the mathematics is the task's, the order of things the ``Trainer``'s.
///
/// A task must be a function of its configuration, its state and the step number only: whatever a step draws at random
/// comes from `Random(seed: seed, stream: UInt64(step))` and its batch from a loader asked by step number, so that a
/// run that was stopped and resumed gives the same bits as one that was not.
public protocol TrainingTask: AnyObject {
    /// What is trained, as the command line calls it: `gan`, `cgan`, `classifier`.
    var kind: String { get }

    /// Takes one whole step (all its phases) and says what it saw. Steps are counted from 1.
    ///
    /// - Parameter measuring: whether the figures that cost time (accuracies, gradient norms) are wanted. Measuring
    ///   must not change the state that the step leaves behind.
    func step(_ number: Int, measuring: Bool) throws -> StepReport

    /// Everything that the next step depends on: weights, state tensors, optimizer moments, averages, counters.
    func checkpoint() -> TrainingState

    /// Takes over what ``checkpoint()`` of a task with the same configuration returned.
    func restore(_ state: TrainingState) throws

    /// Images made from the same noise every time it is asked; nil for a model that makes no images.
    func preview() throws -> Preview?

    /// Figures that are too expensive for every step, such as `frechet`; empty when there are none.
    func evaluate() throws -> [String: Double]

    /// Writes the model as a folder of `config.json` and `model.safetensors`.
    func export(to folder: String) throws
}

/// What one training step saw.
public struct StepReport: Sendable {
    /// A number and what it is called in logs.
    public typealias Figure = (name: String, value: Double)

    /// Losses in the order in which they are to be shown, such as `discriminator` and `generator`. A loss that is not
    /// finite stops the training.
    public var losses: [Figure]
    /// The share of real images that the discriminator took for real, 0 … 1; nil when not measured.
    public var realAccuracy: Double?
    /// The share of generated images that the discriminator took for generated, 0 … 1; nil when not measured.
    public var fakeAccuracy: Double?
    /// The Euclidean norms of the gradients, one for each network; empty when not measured.
    public var gradientNorms: [Figure]
    /// How many real images the step has used.
    public var images: Int
    /// Anything else worth logging: learning rates, penalties, a classifier's accuracy.
    public var extra: [Figure]

    /// What is not given was not measured.
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
    /// The images that were made, where the sheet shows others beside them; nil for all. Diversity is theirs.
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
