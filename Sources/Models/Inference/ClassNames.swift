/// Looks up the classes of a conditional model as people write them: `Ankle-Boot`, `ankle`, `9`.
package struct ClassNames: Sendable, Equatable {
    /// In the order of their labels.
    package let names: [String]

    /// The names in the order of their labels.
    package init(_ names: [String]) { self.names = names }

    /// The text names no class, or more than one.
    package struct LookupError: Error, Equatable, CustomStringConvertible {
        /// The message, with the known classes.
        package let description: String
    }

    /// The label of a class, from its exact name, its name regardless of case, spaces and punctuation, its number, or
    /// the unique beginning of its name.
    ///
    /// - Throws: ``LookupError``, which lists the known classes.
    package func label(of asked: String) throws -> Int {
        if let exact = names.firstIndex(of: asked) { return exact }
        let plain = Self.plain(asked)
        let plainNames = names.map(Self.plain)
        let same = plainNames.indices.filter { plainNames[$0] == plain }
        if same.count == 1, !plain.isEmpty { return same[0] }
        if let number = Int(asked), names.indices.contains(number) { return number }
        let starting = plain.isEmpty ? [] : plainNames.indices.filter { plainNames[$0].hasPrefix(plain) }
        if starting.count == 1 { return starting[0] }
        if starting.count > 1 {
            let candidates = starting.map { "“\(names[$0])”" }.joined(separator: ", ")
            throw LookupError(description: "“\(asked)” is ambiguous: \(candidates).")
        }
        let known = names.enumerated().map { "  \($0.offset)  \($0.element)" }.joined(separator: "\n")
        let near = names.indices.map { (index: $0, distance: Self.distance(plain, plainNames[$0])) }
            .filter { $0.distance <= max(1, plain.count / 3) }.min { $0.distance < $1.distance }
        let guess = near.map { " Did you mean “\(names[$0.index])”?" } ?? ""
        throw LookupError(description: "There is no class “\(asked)”.\(guess) Known classes:\n\(known)")
    }

    /// Unique names that are safe as folder names: lower case, with hyphens between words.
    package var folderNames: [String] {
        let slugs = names.map(Self.slug)
        return slugs.enumerated().map { index, slug in
            if slug.isEmpty { return "class-\(index)" }
            return slugs.count { $0 == slug } > 1 ? "\(slug)-\(index)" : slug
        }
    }

    private static func plain(_ name: String) -> String {
        String(name.lowercased().filter { $0.isLetter || $0.isNumber })
    }

    private static func slug(_ name: String) -> String {
        name.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
    }

    /// The edit distance between two strings.
    private static func distance(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a), Array(b))
        var row = Array(0...b.count)
        for i in a.indices {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let substitution = diagonal + (a[i] == b[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substitution, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[b.count]
    }
}
