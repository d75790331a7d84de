import Files
import Foundation
import Synchronization

/// The finished parts of a film, in a hidden folder beside its result. They outlast the process, so that an interrupted
/// film goes on.
final class FilmParts: Sendable {
    /// A part that is finished.
    struct Part: Codable, Sendable, Equatable {
        /// How many frames it has.
        var frames: Int
        /// The time of its first frame.
        var first: Int
        /// The time of its last frame.
        var last: Int
        /// Pixels in a row of the result.
        var width: Int
        /// Rows of the result.
        var height: Int
    }

    /// How the parts were made.
    private struct Record: Codable, Equatable {
        /// A hash of everything that decides their content.
        var digest: String
        /// The ending of the files.
        var ending: String
    }

    /// The folder.
    let path: String
    /// Whether parts of other settings were there, and are removed.
    let isRenewed: Bool

    private let ending: String
    private let finished: Mutex<[Part]>
    private let lock: FolderLock

    /// Opens the folder, or creates it.
    ///
    /// - Parameters:
    ///   - output: the result.
    ///   - digest: a hash of everything that decides the content of parts.
    ///   - ending: that of the files of the parts.
    /// - Throws: ``FilmError`` when the folder cannot be written, or when another process works on it.
    init(beside output: String, digest: String, ending: String) throws {
        let (folder, name) = split(output)
        path = joined(folder, FileNameLength.fitted("." + name, ".parts"))
        self.ending = ending
        do { try createFolders(path) } catch { throw FilmError.notWritable(file: path, reason: error.reason) }
        lock = try FolderLock(joined(path, "lock"), result: output)
        let record = Record(digest: digest, ending: ending)
        let file = joined(path, "settings.json")
        let known = Self.read(Record.self, from: file)
        isRenewed = known.map { $0 != record } ?? false
        if known != record {
            try Self.removeFiles(in: path)
            try Self.write(record, to: file)
        }
        finished = Mutex([])
        let path = path
        let parts = sequence(first: 0) { $0 + 1 }.lazy
            .map { number -> Part? in
                guard FileStatus(Self.place(number, path, ending))?.kind == .file else { return nil }
                return Self.read(Part.self, from: Self.record(number, path))
            }
            .prefix { $0 != nil }.compactMap { $0 }
        finished.withLock { $0 = Array(parts) }
    }

    /// The finished parts, in order.
    var all: [Part] { finished.withLock { $0 } }

    /// The file of a part.
    func place(_ number: Int) -> String { Self.place(number, path, ending) }

    /// The file that the next part is written to until it is finished.
    var unfinished: String { joined(path, "unfinished.\(ending)") }

    /// Gives the next part its name. It counts from then on, even if the machine goes down.
    ///
    /// - Throws: ``FilmError``.
    func add(_ part: Part) throws {
        let number = finished.withLock { $0.count }
        do { try AtomicFile.adopt(unfinished, as: place(number)) } catch {
            throw FilmError.notWritable(file: place(number), reason: error.reason)
        }
        try Self.write(part, to: Self.record(number, path))
        finished.withLock { $0.append(part) }
    }

    /// Removes the folder.
    func remove() { try? FileManager.default.removeItem(atPath: path) }

    private static func place(_ number: Int, _ folder: String, _ ending: String) -> String {
        joined(folder, name(number) + "." + ending)
    }

    private static func record(_ number: Int, _ folder: String) -> String { joined(folder, name(number) + ".json") }

    private static func name(_ number: Int) -> String { String(format: "%06d", number) }

    private static func removeFiles(in folder: String) throws {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name != "lock" {
            do { try FileManager.default.removeItem(atPath: joined(folder, name)) } catch {
                throw FilmError.notWritable(file: joined(folder, name), reason: "it cannot be removed")
            }
        }
    }

    private static func read<Value: Decodable>(_: Value.Type, from path: String) -> Value? {
        guard let bytes = try? InputFile(path).readAll(limit: 1 << 20) else { return nil }
        return try? JSONDecoder().decode(Value.self, from: Data(bytes))
    }

    private static func write(_ value: some Encodable, to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        do { try AtomicFile.write(Array(try encoder.encode(value)), to: path) } catch let error as FileWriteError {
            throw FilmError.notWritable(file: path, reason: error.reason)
        }
    }
}

/// Keeps other processes from working in a folder. It ends with its process.
private final class FolderLock: Sendable {
    private let descriptor: Int32

    init(_ path: String, result: String) throws(FilmError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .notWritable(file: path, reason: systemReason()) }
        // A disk without locks gives none.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
            close(descriptor)
            throw .notWritable(file: result, reason: "another program is at work on this film; wait for it, or end it")
        }
    }

    deinit { close(descriptor) }
}
