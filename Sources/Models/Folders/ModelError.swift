/// Why a model could not be found or loaded.
public enum ModelError: Error, CustomStringConvertible, Sendable {
    /// No model has the name, and no folder.
    case unknownModel(name: String, known: [String], searched: [String])
    /// The folder is there and is no model's.
    case notAModel(path: String, reason: String)
    /// There is no translator back.
    case oneWay(name: String)
    /// The model cannot do what is asked of it.
    case wrongKind(name: String, kind: String, wanted: String)
    /// The configuration or the weights cannot be read, or do not fit each other.
    case unloadable(name: String, reason: String)

    /// The reason in a sentence or two for the person who asked.
    public var description: String {
        switch self {
        case .unknownModel(let name, let known, let searched):
            let list =
                known.isEmpty
                ? "No models were found in \(searched.joined(separator: ", "))."
                : "Known models: \(known.joined(separator: ", "))."
            return "There is no model called \"\(name)\". \(list) A path to a model folder works too."
        case .notAModel(let path, let reason): return "\(path) is not a model folder: \(reason)."
        case .oneWay(let name):
            return "The model \(name) cannot be loaded: it translates one way only: leave out --direction BtoA"
        case .wrongKind(let name, let kind, let wanted): return "\(name) is a \(kind) model; \(wanted) is needed here."
        case .unloadable(let name, let reason): return "The model \(name) cannot be loaded: \(reason)"
        }
    }

    /// Whether it was asked for something that is not there, rather than for something that is broken.
    public var isAboutTheName: Bool {
        switch self {
        case .unknownModel, .notAModel, .oneWay: true
        case .wrongKind, .unloadable: false
        }
    }
}
