/// Why a training cannot start or go on.
public enum TrainingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A file of the run cannot be read or written.
    case file(path: String, reason: String)
    /// The folder holds a run already, and resuming it was not asked for.
    case runExists(folder: String, step: Int)
    /// The folder that is to be resumed holds no run.
    case noRun(folder: String)
    /// The run in the folder was started with other settings; each difference is spelled out.
    case differentConfiguration(folder: String, differences: [String])
    /// No checkpoint of the run could be read.
    case checkpoint(path: String, reason: String)
    /// A loss or a weight stopped being a number.
    case diverged(step: Int, what: String, lastGood: String?)

    /// The reason, and what can be done, for the person at the keyboard.
    public var description: String {
        switch self {
        case .file(let path, let reason):
            return "\(path): \(reason)"
        case .runExists(let folder, let step):
            return """
                \(folder) holds a training already, at step \(step).
                Add --resume to go on with it, or choose another folder.
                """
        case .noRun(let folder):
            return "\(folder) holds no training that could be resumed: there is no config.json in it."
        case .differentConfiguration(let folder, let differences):
            return """
                The training in \(folder) was started with other settings, so it cannot be resumed with these:
                \(differences.map { "  " + $0 }.joined(separator: "\n"))
                Leave them out to go on as it was, or choose another folder.
                """
        case .checkpoint(let path, let reason):
            return "\(path) cannot be read as a checkpoint: \(reason)"
        case .diverged(let step, let what, let lastGood):
            let kept = lastGood.map { "The last good state is \($0)." } ?? "There is no earlier checkpoint."
            return """
                Training broke down at step \(step): \(what) is not a number any more.
                \(kept)
                What to try: a smaller --lr; hinge or non-saturating loss instead of minimax; R1 regularization; \
                spectral norm in the discriminator.
                """
        }
    }
}
