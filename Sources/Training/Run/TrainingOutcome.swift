/// How a training ended.
public struct TrainingOutcome: Sendable, Equatable {
    /// The last step taken.
    public let step: Int
    /// Whether all steps are done; otherwise the training was canceled.
    public let isComplete: Bool
    /// Seconds of training, over all sessions.
    public let elapsed: Double

    package init(step: Int, isComplete: Bool, elapsed: Double) {
        (self.step, self.isComplete, self.elapsed) = (step, isComplete, elapsed)
    }
}
