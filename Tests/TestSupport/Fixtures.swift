import Foundation

/// The files in `Tests/Fixtures`: one folder for each subject, with the recipe that wrote it beside them.
package enum Fixtures {
    /// The package's folder, for tests that look at shipped models and small datasets.
    package static let packageFolder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// The path of a file, such as `ImageFiles/srgb.icc`, or of a folder.
    package static func path(_ name: String) -> String { packageFolder + "/Tests/Fixtures/" + name }

    /// What the file holds.
    package static func data(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path(name))) }
}
