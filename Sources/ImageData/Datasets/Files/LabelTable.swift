import Foundation

/// A table of files and labels: values separated by commas, semicolons or tabs, with or without a first line of names.
struct LabelTable {
    let rows: [(file: String, label: String)]

    /// - Parameter isImage: whether there is an image of a name, with its ending or without.
    /// - Throws: ``DatasetError/corrupt(file:reason:)``.
    init(_ bytes: [UInt8], file: String, isImage: (String) -> Bool) throws {
        func corrupt(_ reason: String) -> DatasetError { .corrupt(file: file, reason: reason) }
        guard let text = Self.text(bytes) else { throw corrupt("it is neither UTF-8 nor UTF-16 text") }
        guard let lines = Self.lines(of: text) else { throw corrupt("a quotation mark is not closed") }
        guard let first = lines.first else { throw corrupt("it is empty") }
        guard first.count > 1 else { throw corrupt("its first line has one value; a file and a label are needed") }
        var (fileColumn, labelColumn) = (0, 1)
        let names = first.map { looseName($0) }
        let isHeading = [Self.fileNames, Self.labelNames].allSatisfy { names.contains(where: $0.contains) }
        let hasNames = isHeading || !first.contains { isImage(LabelList.plain($0)) }
        if hasNames {
            fileColumn = names.firstIndex { Self.fileNames.contains($0) } ?? 0
            labelColumn =
                names.firstIndex { Self.labelNames.contains($0) } ?? names.indices.first { $0 != fileColumn } ?? 1
        }
        var rows: [(file: String, label: String)] = []
        for (number, line) in lines.enumerated().dropFirst(hasNames ? 1 : 0) {
            guard line.count > max(fileColumn, labelColumn) else {
                throw corrupt("row \(number + 1) has \(line.count) of \(first.count) values")
            }
            guard !line[labelColumn].isEmpty else { throw corrupt("row \(number + 1) has no label") }
            rows.append((line[fileColumn], line[labelColumn]))
        }
        self.rows = rows
    }

    private static let fileNames: Set = [
        "file", "files", "filename", "filepath", "image", "imagename", "path", "name", "id",
    ]
    private static let labelNames: Set = ["label", "labels", "class", "classname", "category", "target"]

    /// UTF-8, or UTF-16 with a byte-order mark as spreadsheets write it.
    private static func text(_ bytes: [UInt8]) -> String? {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            return String(data: Data(bytes), encoding: .utf16)
        }
        return String(validating: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...], as: UTF8.self)
    }

    /// The values of all lines that are not empty, as RFC 4180 has them; nil if a quotation mark is not closed.
    private static func lines(of text: String) -> [[String]]? {
        let first = text.prefix { !$0.isNewline }
        let separators: [Character] = [",", ";", "\t"]
        let separator = separators.max { a, b in first.count { $0 == a } < first.count { $0 == b } } ?? ","
        var (lines, line, value): ([[String]], [String], String) = ([], [], "")
        var (isQuoted, wasQuoted) = (false, false)
        func closeValue() {
            line.append(wasQuoted ? value : value.trimmingCharacters(in: .whitespaces))
            (value, wasQuoted) = ("", false)
        }
        func closeLine() {
            closeValue()
            if line != [""] { lines.append(line) }
            line = []
        }
        var rest = text[...]
        while let character = rest.popFirst() {
            if isQuoted {
                if character != "\"" {
                    value.append(character)
                } else if rest.first == "\"" {
                    value.append(rest.removeFirst())
                } else {
                    isQuoted = false
                }
            } else if character == "\"", value.allSatisfy(\.isWhitespace) {
                (value, isQuoted, wasQuoted) = ("", true, true)
            } else if character == separator {
                closeValue()
            } else if character.isNewline {
                closeLine()
            } else {
                value.append(character)
            }
        }
        closeLine()
        return isQuoted ? nil : lines
    }
}
