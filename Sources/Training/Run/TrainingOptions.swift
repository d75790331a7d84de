import TensorCore

/// Options of a run that do not affect the weights of a given step.
public struct TrainingOptions: Codable, Sendable, Equatable {
    /// The step to stop after.
    public var steps: Int
    /// Steps from one sample sheet to the next; 0 for none but the last.
    public var sampleEvery: Int
    /// Steps from one checkpoint to the next; 0 for none but the last.
    public var checkpointEvery: Int
    /// How many of the latest checkpoints are kept.
    public var keep: Int
    /// Steps from one evaluation to the next; 0 for none.
    public var evaluateEvery: Int
    /// The metric that chooses the best model; nil keeps no best model.
    public var bestMetric: String?
    /// Whether a smaller value of ``bestMetric`` is a better one.
    public var lowerIsBetter: Bool
    /// The name of the features in which generated images are compared with real ones at an evaluation. Nil in the
    /// records of version 0.1, which compared test images in the features of the classifier.
    public var features: String?
    /// Steps from one line of `log.jsonl` to the next; the costly figures are measured at those steps only.
    public var logEvery: Int
    /// Equal parts of a batch that are computed on their own, whatever the number of ranks, so that it does not matter
    /// for the bits; nil, as in the records of older runs, for as many as there are ranks.
    public var shards: Int?
    /// Whether batch normalization and the minibatch standard deviation see the whole batch on several ranks; nil, as in
    /// the records of older runs, for each rank's part.
    public var syncBatchNorm: Bool?
    /// The precision in which gradients travel between ranks; nil, as in the records of older runs, for float32.
    public var gradientPrecision: Precision?
    /// The selection of convolution kernels that the run was started with, such as `rules`; others round sums
    /// differently. Nil, as in the records of older runs, for what is usual.
    public var kernels: String?

    /// By default, sheets and checkpoints every 500 steps and no evaluations.
    public init(
        steps: Int, sampleEvery: Int = 500, checkpointEvery: Int = 500, keep: Int = 3, evaluateEvery: Int = 0,
        bestMetric: String? = nil, lowerIsBetter: Bool = true, logEvery: Int = 10
    ) {
        self.steps = steps
        self.sampleEvery = sampleEvery
        self.checkpointEvery = checkpointEvery
        self.keep = keep
        self.evaluateEvery = evaluateEvery
        self.bestMetric = bestMetric
        self.lowerIsBetter = lowerIsBetter
        self.logEvery = logEvery
    }
}
