import Atelier
import Files
import Foundation
import Models
import Synchronization
import Training

/// The runs in the folders for runs: those that Studio started, and those of other processes.
package final class RunShelf: Sendable {
    /// Folders that hold runs. New ones are made in the first.
    package let folders: NamedFolders
    /// Trainings that Studio started and that have not ended.
    private let started = Mutex<[String: Process]>([:])
    /// The program that trains.
    private let program: String

    package init(_ folders: [String], program: String) {
        (self.folders, self.program) = (NamedFolders(folders), program)
    }

    /// All runs, by the name that requests use. Those that Studio started are among them before they have a folder, and
    /// when they never get one.
    package var all: [(name: String, folder: RunFolder)] {
        let known = folders.roots.enumerated().flatMap { number, root in
            folders.folders(in: root).compactMap { name in
                let folder = RunFolder(root + "/" + name)
                return folder.holdsRun && folder.kind != nil ? (Self.id(number, name), folder) : nil
            }
        }
        guard let root = folders.roots.first else { return known }
        let names = Set(known.map(\.0))
        let others = started.withLock { started in
            started.filter { id, process in
                !names.contains(id) && !id.contains(":") && (process.isRunning || !Self.endedWell(process))
            }.keys
        }
        return known + others.sorted().map { ($0, RunFolder(root + "/" + $0)) }
    }

    /// A run by its name.
    ///
    /// - Throws: ``Refusal`` (404).
    package func run(_ id: String) throws(Refusal) -> RunFolder {
        guard let found = all.first(where: { $0.name == id }) else { throw .missing("There is no run “\(id)”.") }
        return found.folder
    }

    /// The models that runs have made so far.
    package var models: [String: ModelFolder] {
        let store = ModelStore([])
        var models: [String: ModelFolder] = [:]
        for (name, folder) in all {
            if let model = try? store.find(
                FileManager.default.fileExists(atPath: folder.best) ? folder.best : folder.model)
            {
                models["run:" + name] = model
            }
        }
        return models
    }

    /// Names in the first folder stay as they are.
    private static func id(_ number: Int, _ name: String) -> String { number == 0 ? name : "\(number):\(name)" }

    // MARK: Starting and stopping

    /// Starts a training as a process of its own: it has memory of its own, and goes on when Studio ends.
    ///
    /// - Parameter arguments: of `atelier train`, but for the folder of the run.
    /// - Returns: the name of the run.
    /// - Throws: ``Refusal``: 409 if there is a run of that name, 422 for a name that is none.
    package func start(_ arguments: [String], named name: String) throws(Refusal) -> String {
        guard let root = folders.roots.first else {
            throw Refusal(
                .conflict, "no-folder", "Studio knows no folder for runs. Start it with: atelier studio --runs FOLDER.")
        }
        try Self.check(name: name)
        let folder = root + "/" + name
        guard !FileManager.default.fileExists(atPath: folder) else {
            throw Refusal(.conflict, "exists", "There is a run called \(name) already. Choose another name.")
        }
        try launch(arguments + ["--out", folder], id: name, folder)
        return name
    }

    /// Goes on with a run that was stopped.
    ///
    /// - Throws: ``Refusal``: 409 if it is running.
    package func resume(_ id: String) throws(Refusal) {
        let folder = try run(id)
        guard !folder.isLocked else { throw Refusal(.conflict, "running", "The run \(id) is running already.") }
        guard let command = folder.command else { throw .invalid("Runs of this kind go on at the command line only.") }
        try launch(["train", command, "--resume", "--quiet", "--out", folder.path], id: id, folder.path)
    }

    /// Asks a training to save and stop.
    ///
    /// - Throws: ``Refusal``: 409 if it has ended, or if it is another user's.
    package func stop(_ id: String) throws(Refusal) {
        let folder = try run(id)
        if let process = started.withLock({ $0[id] }), process.isRunning { return process.terminate() }
        guard folder.isLocked else { throw Refusal(.conflict, "not-running", "The run \(id) is not running.") }
        // One that was started in a terminal, or by Studio before it was started anew.
        guard let trainer = folder.trainer, kill(trainer, SIGTERM) == 0 else {
            throw Refusal(
                .conflict, "not-ours",
                "Another program trains \(id), and Studio may not stop it. Stop it there, with Ctrl-C.")
        }
    }

    /// Whether a training that Studio started has not ended.
    package func isStarted(_ id: String) -> Bool { started.withLock { $0[id]?.isRunning ?? false } }

    /// What a training that Studio started said when it failed; nil if it did not.
    package func complaint(_ id: String) -> String? {
        guard let process = started.withLock({ $0[id] }), !process.isRunning, !Self.endedWell(process) else {
            return nil
        }
        let file = folders.roots.first.map { $0 + "/" + Self.logName(id) }
        guard let file, let bytes = try? InputFile(file, .regular).readAll(limit: 1 << 20) else { return nil }
        let words = String(decoding: bytes.suffix(2000), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        return words.isEmpty ? "The training ended with status \(process.terminationStatus)." : words
    }

    /// Whether a training that has ended is complete, or was stopped.
    private static func endedWell(_ process: Process) -> Bool {
        let status = process.terminationStatus
        return process.terminationReason == .uncaughtSignal
            ? status == SIGTERM || status == SIGINT : [0, 128 + SIGINT, 128 + SIGTERM].contains(status)
    }

    private static func logName(_ id: String) -> String { ".\(id).log" }

    private func launch(_ arguments: [String], id: String, _ folder: String) throws(Refusal) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let log = (folders.roots.first ?? NSTemporaryDirectory()) + "/" + Self.logName(id)
        let isLogged = FileManager.default.createFile(atPath: log, contents: nil)
        process.standardError = (isLogged ? FileHandle(forWritingAtPath: log) : nil) ?? FileHandle.nullDevice
        process.terminationHandler = { process in
            if Self.endedWell(process) { unlink(log) }
        }
        do { try process.run() } catch {
            throw Refusal(.failed, "failed", "The training cannot be started: \(error.localizedDescription)")
        }
        started.withLock { $0[id] = process }
    }

    /// - Throws: ``Refusal`` (422) for what is no name of a folder.
    package static func check(name: String) throws(Refusal) {
        let allowed = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard allowed, (1...80).contains(name.utf8.count), !name.hasPrefix("."), !name.hasPrefix("-") else {
            throw .invalid(
                "A name has letters, digits, dots, hyphens and underscores, at most 80, and begins with none of the last."
            )
        }
    }
}

extension RunFolder {
    /// Whether a process trains in the folder now.
    var isLocked: Bool {
        let descriptor = open(path + "/.lock", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else {
            flock(descriptor, LOCK_UN)
            return false
        }
        return errno == EWOULDBLOCK
    }

    /// The command of `atelier train` that goes on with it.
    var command: String? {
        switch kind {
        case "classifier", "pix2pix", "cyclegan", "sr", "cgan", "gan": kind
        case nil: nil
        default: hasClasses ? "cgan" : "gan"
        }
    }

    private var hasClasses: Bool {
        guard let bytes = try? InputFile(model + "/config.json", .regular).readAll(limit: 1 << 24),
            let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
        else { return false }
        return !((object["classes"] as? [String]) ?? []).isEmpty
    }
}
