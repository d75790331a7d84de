import Foundation

/// A folder in memory, if the system has such, for inputs that are files. Each input finds it empty.
struct ScratchFolder: Sendable {
    static let shared = ScratchFolder()

    private let path: String

    private init() {
        let memory = "/dev/shm"
        let parent = FileManager.default.isWritableFile(atPath: memory) ? memory : NSTemporaryDirectory()
        path = parent + "/atelier-fuzz-\(ProcessInfo.processInfo.processIdentifier)"
    }

    /// Runs a closure with a fresh folder that is gone afterwards.
    func inside(_ body: (String) throws -> Void) throws {
        let folder = path + "-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }
}
