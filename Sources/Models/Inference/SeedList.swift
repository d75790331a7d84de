/// Seeds as people write them: `7`, `0-35`, `0-35,90`.
package enum SeedList {
    /// The text is not a list of seeds.
    package struct SyntaxError: Error, Equatable, CustomStringConvertible {
        /// What is wrong, and the correct form.
        package let description: String
    }

    /// The most seeds in a list.
    package static let limit = 1_000_000

    /// The seeds in the order in which they are written.
    ///
    /// - Throws: ``SyntaxError``.
    package static func parse(_ text: String) throws -> [UInt64] {
        var seeds: [UInt64] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
                .map { UInt64($0.filter { !$0.isWhitespace }) }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else {
                throw SyntaxError(
                    description:
                        "“\(part)” is not a seed or a range of seeds; write, for example, 7 or 0-35 or 0-35,90.")
            }
            guard first <= last else {
                throw SyntaxError(description: "The range “\(part)” ends before it begins.")
            }
            guard last - first < UInt64(limit - seeds.count) else {
                throw SyntaxError(description: "“\(text)” is more than \(limit) seeds.")
            }
            seeds += first...last
        }
        return seeds
    }

    /// Two seeds written as `A:B`.
    ///
    /// - Throws: ``SyntaxError``.
    package static func parsePair(_ text: String) throws -> (UInt64, UInt64) {
        let ends = text.split(separator: ":", omittingEmptySubsequences: false).map { UInt64($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1] else {
            throw SyntaxError(description: "“\(text)” is not a pair of seeds; write, for example, 3:8.")
        }
        return (first, last)
    }
}
