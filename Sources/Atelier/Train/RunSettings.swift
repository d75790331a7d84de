import Models
import TensorCore
import Training

/// How a training is kept and watched. None of this changes what is learned. What is nil is as usual for what is
/// trained, or as recorded where a run goes on.
public struct RunSettings: Sendable {
    /// How long to train instead of a number of steps, in hours, with everything from reading the images to the last
    /// checkpoint. The number of steps, and with it the schedules, is chosen by measuring the speed first. A run that
    /// goes on takes so much more time.
    public var hours: Double?
    /// What the model is called; nil for the name of the run's folder.
    public var name: String?
    /// Steps from one sample sheet to the next; 0 for the last only.
    public var sampleEvery: Int?
    /// Steps from one checkpoint to the next; 0 for the last only.
    public var checkpointEvery: Int?
    /// How many of the latest checkpoints are kept.
    public var keep: Int?
    /// Steps from one evaluation to the next; 0 for none.
    public var evaluateEvery: Int?
    /// The figure by which the best model is chosen.
    public var bestMetric: String?
    /// Steps from one line of the log to the next.
    public var logEvery: Int?
    /// Whether the run gives the same bits on 1, 2 and 4 ranks.
    public var isDeterministic = false
    /// Equal parts of a batch that such a run computes on their own, whatever the number of ranks; nil for four.
    public var shards: Int?
    /// Whether batch normalization and the minibatch standard deviation see the whole batch on several ranks, and not
    /// each rank's part. A run that goes on does if it did before.
    public var synchronizesBatchNorm = false
    /// The precision in which gradients travel between ranks, `float32` or `bfloat16`. With bfloat16, each rank's gradients
    /// and their sums are rounded to 8 significant bits; they are added in float32.
    public var gradientPrecision: Precision?
    /// The selection of convolution kernels with which the training is computed, such as `rules`, for the record: the
    /// command that goes on selects the same.
    public var kernels: String?
    /// What becomes different when a run goes on. Other settings and images than those of the run are refused.
    public var changes: [RunChange] = []
    /// Where models are looked for that the training starts from, or is measured with.
    public var store = ModelStore()

    /// As usual.
    public init(name: String? = nil, sampleEvery: Int? = nil, checkpointEvery: Int? = nil) {
        self.name = name
        self.sampleEvery = sampleEvery
        self.checkpointEvery = checkpointEvery
    }

    private static let higherIsBetter: Set = [
        "accuracy", "precision", "recall", "recognized", "psnr", "psnr-y", "ssim", "ssim-y",
    ]

    /// The options of a run, with what is set in place of what was recorded or is usual.
    func options(recorded: TrainingOptions?, usual: TrainingOptions) -> TrainingOptions {
        var options = recorded ?? usual
        options.steps = usual.steps
        options.sampleEvery = sampleEvery ?? options.sampleEvery
        options.checkpointEvery = checkpointEvery ?? options.checkpointEvery
        options.keep = keep ?? options.keep
        options.evaluateEvery = evaluateEvery ?? options.evaluateEvery
        if options.bestMetric == nil {
            (options.bestMetric, options.features) = (usual.bestMetric, usual.features)
        }
        if let bestMetric {
            options.bestMetric = bestMetric
            options.lowerIsBetter = !Self.higherIsBetter.contains(bestMetric)
        }
        options.logEvery = logEvery ?? options.logEvery
        options.shards = shards ?? options.shards ?? (isDeterministic ? 4 : nil)
        if synchronizesBatchNorm { options.syncBatchNorm = true }
        options.gradientPrecision = gradientPrecision ?? options.gradientPrecision
        options.kernels = kernels ?? options.kernels
        return options
    }
}
