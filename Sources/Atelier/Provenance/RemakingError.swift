/// Why an image cannot be made again.
public enum RemakingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file does not say enough; the words say what is missing.
    case noRecipe(file: String, String)
    /// A setting that this version does not know.
    case setting(String)
    /// The model is not there; the words say where it was looked for.
    case model(name: String, String)
    /// The image that it was made from is not there.
    case input(place: String)

    /// The reason in words, and what to do.
    public var description: String {
        switch self {
        case .noRecipe(let file, let words): "\(file): \(words)"
        case .setting(let setting):
            "The recipe has a setting that this version does not know (\(setting)). Use the version that made the image."
        case .model(let name, let words):
            "The model \(name) is not here: \(words) Name it with --model."
        case .input(let place):
            place.isEmpty
                ? "The image was made from one without a file. Name that with --input."
                : "The image was made from \(place), which is not here. Name it with --input."
        }
    }
}
