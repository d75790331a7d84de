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
}
