/// Why a model could not be found or loaded.
public enum ModelError: Error, CustomStringConvertible, Sendable {
    /// There is no model and no folder with this name. If a task is wanted, only models with that task are listed.
    case unknownModel(name: String, known: [String], searched: [String], task: ModelTask? = nil)
    /// The folder exists but holds no model.
    case notAModel(path: String, reason: String)
    /// The model has no translator in the opposite direction.
    case oneWay(name: String)
    /// The model has the wrong kind.
    case wrongKind(name: String, kind: String, wanted: String)
    /// The configuration or the weights cannot be read, or do not fit each other.
    case unloadable(name: String, reason: String)
    /// Its images cannot repeat without a seam.
    case notSeamless(name: String, reason: String)
    /// A tensor of the weights holds NaN or infinity.
    case nonFinite(name: String, tensor: String)

    /// The message for the user.
    public var description: String {
        switch self {
        case .unknownModel(let name, let known, let searched, let task):
            let kinds = task?.plural ?? "models"
            let place = searched.isEmpty ? "" : " in \(searched.joined(separator: ", "))"
            let list =
                known.isEmpty
                ? "No \(kinds) were found\(place)." : "Known \(kinds): \(known.joined(separator: ", "))."
            return "There is no model called \"\(name)\". \(list) You can also give the path of a model folder or of a "
                + "file of weights."
        case .notAModel(let path, let reason): return "\(path) is not a model folder: \(reason)."
        case .oneWay(let name):
            return "The model \(name) translates in one direction only: from A to B."
        case .wrongKind(let name, let kind, let wanted): return "\(name) is a \(kind) model; \(wanted) is needed here."
        case .unloadable(let name, let reason): return "The model \(name) cannot be loaded: \(reason)"
        case .notSeamless(let name, let reason):
            return "The model \(name) cannot make images that repeat without a seam: \(reason)."
        case .nonFinite(let name, let tensor):
            return "The model \(name) is not used: its tensor \(tensor) holds numbers that are not finite (NaN or "
                + "infinity), because the file is damaged or its training diverged. Take another file or an earlier "
                + "checkpoint, or use it as it is with --allow-nonfinite."
        }
    }

    /// Whether the request was wrong, not the model.
    package var isAboutTheRequest: Bool {
        switch self {
        case .unknownModel, .notAModel, .oneWay, .wrongKind, .notSeamless: true
        case .unloadable, .nonFinite: false
        }
    }
}
