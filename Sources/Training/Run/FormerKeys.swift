import Foundation

/// What JSON files called otherwise in version 0.1, so that models and runs of then stay readable.
package enum FormerKeys {
    /// What a key was called, and what it is called now.
    package static let names = [
        "picture": "image", "pictures": "images", "licence": "license",
        "judgeLearningRate": "discriminatorLearningRate", "phaseWeight": "gridWeight",
    ]

    /// Words that were values: `"statistics": "picture"`.
    private static let values = [(key: "statistics", former: "picture", word: "image")]

    /// A JSON text with today's words; all else stays as it is, letter by letter.
    package static func translated(_ json: Data) -> Data {
        let text = String(decoding: json, as: UTF8.self)
        guard names.keys.contains(where: { text.contains("\"\($0)\"") }) else { return json }
        var changed = text.replacing(/"(\w+)"(\s*:)/) { match in
            "\"\(names[String(match.1)] ?? String(match.1))\"\(match.2)"
        }
        for (key, former, word) in values {
            changed.replace(/"(\w+)"(\s*:\s*)"(\w+)"/) { match in
                "\"\(match.1)\"\(match.2)\"\(match.1 == key && match.3 == former ? word : String(match.3))\""
            }
        }
        return Data(changed.utf8)
    }
}
