import Files

extension DataReport {
    /// The report as text for the user. Long lists are shortened; the report itself is complete.
    public var text: String {
        let kinds = classNames.isEmpty ? "no classes" : counted(classNames.count, "class", "classes")
        var lines = [path, "  \(layout.title), \(kinds)"]
        lines += parts.map { "  \($0.split.rawValue): \(Self.images($0.count))" }
        if !classNames.isEmpty { lines += ["", "Classes"] + classTable }
        lines += ["", "Sizes"] + Self.histogram(sizes)
        lines += ["", "Modes"] + Self.histogram(modes)
        lines += Self.section("Broken", broken)
        lines += Self.section("Duplicates", duplicates)
        if let nearDuplicates { lines += Self.section("Nearly the same", nearDuplicates) }
        lines += Self.section("Odd", odd)
        if !warnings.isEmpty { lines += ["", "Mind"] + warnings.map { "  " + $0 } }
        lines += ["", "Train with --size \(suggestion.size)  (\(advice))"]
        return lines.joined(separator: "\n") + "\n"
    }

    private var advice: String {
        let how =
            switch suggestion.fit {
            case .pad: "padded"
            case .crop: "cropped to squares from the center"
            case .squeeze: "squeezed into squares"
            }
        return "\(suggestion.channels == 1 ? "gray" : "color"), \(how)"
    }

    private var classTable: [String] {
        let width = classNames.map(\.count).max() ?? 0
        let shown = classNames.indices.prefix(40).map { index in
            let counts = parts.map { Self.right("\(index < $0.classCounts.count ? $0.classCounts[index] : 0)", 9) }
            return "  " + Self.left(classNames[index], width) + counts.joined()
        }
        let heading =
            parts.count > 1
            ? ["  " + Self.left("", width) + parts.map { Self.right($0.split.rawValue, 9) }.joined()] : []
        return heading + shown + Self.more(classNames.count - shown.count)
    }

    private static func histogram(_ shares: [Share]) -> [String] {
        if shares.isEmpty { return ["  none"] }
        let shown = shares.prefix(8)
        let width = shown.map(\.name.count).max() ?? 0
        return shown.map { "  " + left($0.name, width) + right("\($0.count)", 9) } + more(shares.count - shown.count)
    }

    private static func section(_ title: String, _ findings: [Finding]) -> [String] {
        if findings.isEmpty { return ["", "\(title): none"] }
        let shown = findings.prefix(12)
        return ["", "\(title): \(findings.count)"] + shown.map { "  \($0.name): \($0.reason)" }
            + more(findings.count - shown.count)
    }

    private static func section(_ title: String, _ groups: [Duplicates]) -> [String] {
        if groups.isEmpty { return ["", "\(title): none"] }
        let shown = groups.prefix(8).map { group in
            let names = group.names.prefix(4).joined(separator: "  ")
            let rest = group.names.count > 4 ? "  … \(group.names.count) in all" : ""
            return "  " + names + rest + (group.classesDiffer ? "  (of different classes)" : "")
        }
        let total = groups.reduce(0) { $0 + $1.names.count - 1 }
        return ["", "\(title): \(total) more than needed, in \(counted(groups.count, "group"))"] + shown
            + more(groups.count - shown.count)
    }

    private static func images(_ count: Int) -> String { counted(count, "image") }
    private static func more(_ count: Int) -> [String] { count > 0 ? ["  … and \(count) more"] : [] }
    private static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(1, width - text.count)) + text
    }
}
