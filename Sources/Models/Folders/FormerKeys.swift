import Foundation

/// Keys and values of version 0.1, so that its models, its runs and the command lines of that time keep working.
package enum FormerKeys {
    private static let names = [
        "picture": "image", "pictures": "images", "licence": "license",
        "judgeLearningRate": "discriminatorLearningRate", "phaseWeight": "gridWeight",
    ]

    private static let values = [
        "statistics": ["picture": "image"], "bestMetric": ["recognised": "recognized"],
        "metric": ["recognised": "recognized"],
    ]

    /// What a key is called now.
    package static func name(_ key: String) -> String { names[key] ?? key }

    /// Translates former values of keys: `"statistics": "picture"` is one.
    package static func value(_ word: String, of key: String) -> String {
        values[key]?[word] ?? word
    }

    /// A JSON text with the current words; everything else stays the same, letter by letter.
    package static func translated(_ json: Data) -> Data {
        let text = String(decoding: json, as: UTF8.self)
        let former = Set(names.keys).union(values.values.flatMap(\.keys))
        guard former.contains(where: { text.contains("\"\($0)\"") }) else { return json }
        let named = text.replacing(/"(\w+)"(\s*:)/) { "\"\(name(String($0.1)))\"\($0.2)" }
        let changed = named.replacing(/"(\w+)"(\s*:\s*)"(\w+)"/) {
            "\"\($0.1)\"\($0.2)\"\(value(String($0.3), of: String($0.1)))\""
        }
        return Data(changed.utf8)
    }
}
