import Foundation

/// The keys of JSON files that were called something else in version 0.1, so that models and runs of then stay readable.
package enum FormerKeys {
    /// What a key was called, and what it is called now.
    package static let names = [
        "picture": "image", "pictures": "images", "licence": "license",
        "judgeLearningRate": "discriminatorLearningRate", "phaseWeight": "gridWeight",
    ]

    /// A JSON text with today's keys; values stay as they are, letter by letter.
    package static func translated(_ json: Data) -> Data {
        let text = String(decoding: json, as: UTF8.self)
        guard names.keys.contains(where: { text.contains("\"\($0)\"") }) else { return json }
        let changed = text.replacing(/"(\w+)"(\s*:)/) { match in
            "\"\(names[String(match.1)] ?? String(match.1))\"\(match.2)"
        }
        return Data(changed.utf8)
    }
}
