import ImageFiles

/// What a training tells of itself while it runs, in the order in which it happens.
public enum TrainingEvent: Sendable {
    /// Which images are learned from, in words.
    case images(String)
    /// Something worth knowing about the images or the settings.
    case note(String)
    /// The files are there and the first step is next. A training that was stopped before goes on after a step; a new one
    /// starts after step 0. It ends with the last of so many steps.
    case started(after: Int, of: Int)
    /// A step was taken.
    case step(TrainingProgress)
    /// A sample sheet was written.
    case sample(TrainingSample)
    /// An evaluation begins, which may take a while.
    case evaluating(step: Int)
    /// What an evaluation found.
    case evaluation(TrainingEvaluation)
    /// Everything was saved that is needed to go on after a step.
    case checkpoint(step: Int, folder: String)
    /// Something has gone wrong that the training does not end by.
    case alarm(Alarm)
    /// Something that whoever started the training should know.
    case warning(String)
    /// Something was left out: an image that cannot be read.
    case skipped(String)
    /// The training was canceled, and has saved everything.
    case stopped(after: Int)
}

/// Where a training is after a step.
public struct TrainingProgress: Sendable {
    /// The step, counted from 1.
    public let step: Int
    /// The step to stop after.
    public let steps: Int
    /// What the step saw.
    public let report: StepReport
    /// Whether the figures that cost time were measured; the step is logged then.
    public let isMeasured: Bool
    /// Real images used so far.
    public let images: Int
    /// Seconds of training so far, over all sessions.
    public let seconds: Double
    /// How fast the training has been lately.
    public let stepsPerSecond: Double
}

/// A sheet of samples.
public struct TrainingSample: Sendable {
    /// The step after which it was made.
    public let step: Int
    /// The PNG file.
    public let path: String
    /// What is in the file.
    public let image: Image
    /// How different the images on the sheet are from one another; nil where that cannot be said.
    public let diversity: Double?
    /// The same for real images.
    public let realDiversity: Double?
    /// The file's bytes.
    let png: [UInt8]
}

/// Figures of a model in training.
public struct TrainingEvaluation: Sendable {
    /// The step after which it was measured.
    public let step: Int
    /// Figures by name, such as `frechet`.
    public let figures: [String: Double]
    /// Whether the model is the best so far by the figure that was asked for.
    public let isBest: Bool
}

extension TrainingEvent: CustomStringConvertible {
    /// A line for people.
    public var description: String {
        switch self {
        case .images(let words), .note(let words), .skipped(let words): words
        case .started(let step, _): step == 0 ? "started" : "going on from step \(step)"
        case .step(let progress):
            "step \(progress.step)/\(progress.steps): "
                + progress.report.losses.map { "\($0.name) \(Float($0.value))" }.joined(separator: "  ")
        case .sample(let sample): "step \(sample.step): \(sample.path)"
        case .evaluating(let step): "step \(step): evaluating"
        case .evaluation(let evaluation):
            "step \(evaluation.step): "
                + evaluation.figures.sorted { $0.key < $1.key }.map { "\($0.key) \(Float($0.value))" }
                .joined(separator: "  ")
        case .checkpoint(let step, let folder): "step \(step): saved in \(folder)"
        case .alarm(let alarm): "step \(alarm.step): \(alarm.words)"
        case .warning(let words): words
        case .stopped(let step): "stopped after step \(step)"
        }
    }
}
