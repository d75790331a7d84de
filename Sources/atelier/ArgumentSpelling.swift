import Foundation
import ImageFiles

/// Accepts options with underscores (`--batch_size`), as other programs write them.
enum ArgumentSpelling {
    static func kebab(_ arguments: [String]) -> [String] {
        let options = arguments.prefix { $0 != "--" }
        return options.map { argument in
            guard argument.hasPrefix("--"), argument.contains("_") else { return argument }
            let end = argument.firstIndex(of: "=") ?? argument.endIndex
            return String(argument[..<end].replacing("_", with: "-") + argument[end...])
        } + arguments.dropFirst(options.count)
    }

    /// What to write instead of names of files that look like options: `-x.png`.
    static func hints(_ arguments: [String]) -> [String] {
        let options = arguments.prefix { $0 != "--" }
        let files = options.filter { argument in
            guard argument.hasPrefix("-"), argument.count > 1, !argument.contains("=") else { return false }
            return ImageFormat(path: argument) != nil || FileManager.default.fileExists(atPath: argument)
        }
        return files.map { "Hint: if “\($0)” is the name of a file, write ./\($0)" }
    }
}
