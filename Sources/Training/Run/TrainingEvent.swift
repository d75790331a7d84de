import ImageFiles

/// The events of a training, in the order in which they happen.
public enum TrainingEvent: Sendable {
    /// Which images are learned from, in words.
    case images(String)
    /// Something worth knowing about the images or the settings.
    case note(String)
    /// A training begins with very few images.
    case fewImages(FewImages)
    /// A setting has another value from a step on, or the images are others (`data`): the run is no longer bit-exact.
    case changed(setting: String, from: String, to: String, step: Int)
    /// The files exist and the first step is next. A resumed training continues after a step; a new one starts after
    /// step 0. It ends with the last of so many steps.
    case started(after: Int, of: Int)
    /// A step is done.
    case step(TrainingProgress)
    /// A sample sheet was written.
    case sample(TrainingSample)
    /// An evaluation begins, which may take a while.
    case evaluating(step: Int)
    /// The metrics of an evaluation.
    case evaluation(TrainingEvaluation)
    /// Everything that is needed to continue after a step was saved.
    case checkpoint(step: Int, folder: String)
    /// A problem that does not end the training.
    case alarm(Alarm)
    /// A message for the user.
    case warning(String)
    /// Something was left out: an image that cannot be read.
    case skipped(String)
    /// The training was canceled and saved everything.
    case stopped(after: Int)
}

/// The progress of a training after a step.
public struct TrainingProgress: Sendable {
    /// The step, counted from 1.
    public let step: Int
    /// The step to stop after.
    public let steps: Int
    /// The report of the step.
    public let report: StepReport
    /// Whether costly figures were measured; then the step is logged.
    public let isMeasured: Bool
    /// Real images used so far.
    public let images: Int
    /// Seconds of training so far, over all sessions.
    public let seconds: Double
    /// The recent speed of the training.
    public let stepsPerSecond: Double
}

/// A sheet of samples.
public struct TrainingSample: Sendable {
    /// The step after which it was made.
    public let step: Int
    /// The PNG file.
    public let path: String
    /// The image in the file.
    public let image: Image
    /// The diversity of the images on the sheet; nil if it cannot be measured.
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
    /// Whether the model is the best so far by the chosen metric.
    public let isBest: Bool
}

extension TrainingEvent: CustomStringConvertible {
    /// A short description.
    public var description: String {
        switch self {
        case .images(let words), .note(let words), .skipped(let words): words
        case .fewImages(let few): "\(few)"
        case .changed(let setting, let from, let to, let step):
            "From step \(step) on, \(setting) is \(to) (before: \(from)). The run is no longer bit-exact: no single "
                + "training gives these weights."
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
