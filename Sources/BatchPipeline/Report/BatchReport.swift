import Files
import ImageFiles

/// A file of JSON lines, one for each image, to which several processes may add at once.
final class BatchReport: Sendable {
    private let lines: SharedLines

    /// - Throws: ``BatchError`` when the file cannot be written, or holds something else.
    init(_ path: String, _ names: SettingNames = SettingNames()) throws {
        do {
            lines = try SharedLines(path, mark: UInt8(ascii: "{"))
        } catch let error as FileWriteError {
            throw BatchError.usage("The report \(path) cannot be written: \(error.reason).")
        } catch is SharedLines.UnknownContents {
            throw BatchError.usage("\(path) exists and is not a report; choose another file for \(names.report).")
        }
    }

    /// Adds a line.
    ///
    /// - Throws: `ImageError`.
    func append(_ line: String) throws { try ImageError.ofFiles { try lines.append(line) } }
}
