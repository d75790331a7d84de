import Foundation

/// A folder that is removed when the test is over.
package final class TemporaryFolder {
    package let path = FileManager.default.temporaryDirectory.appendingPathComponent("test-\(UUID().uuidString)").path

    package init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The names of all that is in it.
    package var contents: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }

    /// Makes a file of some bytes, and returns its path.
    package func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let target = path + "/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: target))
        return target
    }
}
