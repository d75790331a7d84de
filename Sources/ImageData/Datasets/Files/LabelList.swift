import Files
import Foundation

/// Labels by file name: StyleGAN's `dataset.json`, or a table of files and labels (CSV).
struct LabelList: Sendable {
    /// The names of the files that are read without being asked for, in order of preference.
    static let usualNames = ["dataset.json", "labels.csv"]

    /// The file that it was read from.
    let file: String
    /// Names of files and their labels, in the order of the list.
    let entries: [(name: String, label: String)]
    /// Whether images have no labels: a `dataset.json` may say so.
    let isUnlabeled: Bool

    /// - Parameters:
    ///   - bytes: of a file whose name ends in `.json` or `.csv`.
    ///   - file: its name, for errors.
    ///   - isImage: whether there is an image of a name.
    /// - Throws: ``DatasetError/corrupt(file:reason:)``.
    init(_ bytes: [UInt8], file: String, isImage: (String) -> Bool) throws {
        self.file = file
        if file.lowercased().hasSuffix(".json") {
            let labels = try Self.styleGAN(bytes, file)
            (entries, isUnlabeled) = (labels ?? [], labels == nil)
        } else {
            let table = try LabelTable(bytes, file: file, isImage: isImage)
            (entries, isUnlabeled) = (table.rows.map { (Self.plain($0.file), $0.label) }, false)
        }
        if !isUnlabeled, entries.isEmpty {
            throw DatasetError.corrupt(file: file, reason: "it has no labels")
        }
    }

    init(file: String, entries: [(name: String, label: String)], isUnlabeled: Bool) {
        (self.file, self.entries, self.isUnlabeled) = (file, entries, isUnlabeled)
    }

    /// The names that a list may have for files: with their endings, and without.
    static func names(of files: [String]) -> Set<String> { Set(files).union(files.map(stem)) }

    /// The name of a file without its ending.
    static func stem(_ name: String) -> String { name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name }

    /// A path as the folder has it: `.\a\b.png` is `a/b.png`.
    static func plain(_ name: String) -> String {
        let path = name.replacing("\\", with: "/")
        return path.hasPrefix("./") ? String(path.dropFirst(2)) : path
    }

    /// The labels of a `dataset.json`: pairs of a name and a number, or of a name and a vector with a single 1. Nil if
    /// it says that there are none.
    private static func styleGAN(_ bytes: [UInt8], _ file: String) throws -> [(String, String)]? {
        func corrupt(_ reason: String) -> DatasetError { .corrupt(file: file, reason: reason) }
        guard let members = (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any] else {
            throw corrupt("it is not a JSON object")
        }
        guard let labels = members["labels"], !(labels is NSNull) else { return nil }
        guard let list = labels as? [Any] else { throw corrupt("“labels” is no list") }
        return try list.enumerated().map { index, entry in
            guard let pair = entry as? [Any], pair.count == 2, let name = pair[0] as? String else {
                throw corrupt("entry \(index) of “labels” is no pair of a file name and a class")
            }
            guard let label = number(pair[1]) else {
                throw corrupt("the label of \(name) is \(pair[1]), it must be the number of a class")
            }
            return (plain(name), "\(label)")
        }
    }

    private static func number(_ value: Any) -> Int? {
        if let numbers = value as? [Any] {
            let values = numbers.compactMap { ($0 as? NSNumber)?.doubleValue }
            guard values.count == numbers.count, values.count(where: { $0 == 1 }) == 1,
                values.allSatisfy({ $0 == 0 || $0 == 1 })
            else { return nil }
            return values.firstIndex(of: 1)
        }
        guard let label = (value as? NSNumber).flatMap({ Int(exactly: $0.doubleValue) }), label >= 0 else { return nil }
        return label
    }
}
