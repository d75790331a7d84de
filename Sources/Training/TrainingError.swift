import ImageData

/// Why a training cannot start or continue.
public enum TrainingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A file of the run cannot be read or written.
    case file(path: String, reason: String)
    /// The folder already holds a run, which was not to be resumed.
    case runExists(folder: String, step: Int)
    /// The folder to resume holds no run.
    case noRun(folder: String)
    /// The run in the folder was started with other settings; lists each difference.
    case differentConfiguration(folder: String, differences: [String])
    /// The images are others than those that the run recorded.
    case differentData(folder: String, old: DataRecord, new: DataRecord)
    /// No checkpoint of the run could be read.
    case checkpoint(path: String, reason: String)
    /// A loss or a weight is not a number.
    case diverged(step: Int, what: String, lastGood: String?)

    /// The message for the user: the reason, and what to do.
    public var description: String {
        switch self {
        case .file(let path, let reason):
            return "\(path): \(reason)"
        case .runExists(let folder, let step):
            return """
                \(folder) already holds a training, at step \(step).
                Resume it, or choose another folder.
                """
        case .noRun(let folder):
            return "\(folder) holds no training to resume: it has no config.json."
        case .differentConfiguration(let folder, let differences):
            return """
                The training in \(folder) was started with other settings, so it cannot be resumed with these:
                \(differences.map { "  " + $0 }.joined(separator: "\n"))
                Leave them out to continue as before, or choose another folder. A batch size, a learning rate, a \
                precision and the images can be changed from here on.
                """
        case .differentData(let folder, let old, let new):
            return """
                The images are others than those that the training in \(folder) began with:
                  in the run: \(old)
                  now:        \(new)
                Restore them to continue as before, or change the images from here on.
                """
        case .checkpoint(let path, let reason):
            return "\(path) cannot be read as a checkpoint: \(reason)"
        case .diverged(let step, let what, let lastGood):
            let kept = lastGood.map { "The last good state is \($0)." } ?? "There is no earlier checkpoint."
            return """
                The training failed at step \(step): \(what) is not a number.
                \(kept)
                What to try: a lower learning rate; hinge or non-saturating loss instead of minimax; R1 \
                regularization; spectral norm in the discriminator.
                """
        }
    }
}
