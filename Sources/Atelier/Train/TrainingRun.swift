import Training

/// A training that has ended.
public struct TrainingRun: Sendable {
    /// Its folder, in which the model, the log, the samples and the checkpoints lie.
    public let folder: RunFolder
    /// What was trained: `gan`, `cgan`, `pix2pix`, `cyclegan`, `sr` or `classifier`.
    public let kind: String
    /// How it ended.
    public let outcome: TrainingOutcome
}
