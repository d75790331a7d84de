import Foundation

/// Where models are kept: folders of model folders, and the known networks.
public struct ModelStore: Sendable {
    /// The folders of model folders, in order of preference.
    public var folders: [String]
    /// The known architectures.
    package var architectures: [Architecture]
    /// Whether models are used although some of their weights are NaN or infinite.
    public var allowsNonFinite = false

    /// A store of folders, which need not exist.
    package init(_ folders: [String], architectures: [Architecture]) {
        (self.folders, self.architectures) = (folders, architectures)
    }

    /// The default folders: `Models` in the working folder and beside or above the program, and `atelier/models` in the
    /// folders for data of programs.
    public static var usualFolders: [String] {
        let environment = ProcessInfo.processInfo.environment
        func listed(_ variable: String, default folders: String) -> [String] {
            let value = environment[variable].flatMap { $0.isEmpty ? nil : $0 } ?? folders
            return value.split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }
        }
        let own = listed("XDG_DATA_HOME", default: NSHomeDirectory() + "/.local/share")
        var folder = URL(fileURLWithPath: Bundle.main.executablePath ?? CommandLine.arguments[0])
            .resolvingSymlinksInPath().deletingLastPathComponent()
        let installed = folder.deletingLastPathComponent().path + "/share"
        var folders = [FileManager.default.currentDirectoryPath + "/Models"]
        folders += (own + [installed]).map { $0 + dataFolder }
        for _ in 0..<5 where folder.path != "/" {
            folders.append(folder.appendingPathComponent("Models").path)
            folder.deleteLastPathComponent()
        }
        let shared = listed("XDG_DATA_DIRS", default: "/usr/local/share:/usr/share")
        return existing(folders + shared.map { $0 + dataFolder })
    }

    private static let dataFolder = "/atelier/models"

    /// The existing folders, each once.
    package static func existing(_ folders: [String]) -> [String] {
        var seen = Set<String>()
        return folders.filter { seen.insert($0).inserted && isFolder($0) }
    }

    /// All models. If two have the same name, the first one found.
    public var models: [ModelFolder] {
        var seen = Set<String>()
        return folders.flatMap { folder in
            ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted().compactMap { entry in
                guard let model = try? ModelFolder(path: folder + "/" + entry, among: architectures) else { return nil }
                return seen.insert(entry).inserted ? model : nil
            }
        }
    }

    /// The model with that name, or the model in the folder at that path. The folder of a run stands for its exported
    /// model.
    ///
    /// A model can be named by its folder or by the name in its configuration.
    ///
    /// - Throws: ``ModelError``.
    public func find(_ name: String) throws(ModelError) -> ModelFolder {
        for candidate in [name, name + "/model"] where ModelFolder.isModel(candidate) {
            return try ModelFolder(path: candidate, among: architectures)
        }
        for folder in folders where !name.isEmpty && !name.contains("/") && Self.isFolder(folder + "/" + name) {
            return try ModelFolder(path: folder + "/" + name, among: architectures)
        }
        let models = models
        if let model = models.first(where: { $0.name == name }) { return model }
        if Self.isFolder(name) {
            if let missing = ModelFolder.missingFile(name) {
                throw .unloadable(name: name, reason: "there is no \(missing) in it")
            }
            throw .notAModel(path: name, reason: "it has no config.json and model.safetensors")
        }
        throw .unknownModel(name: name, known: models.map(\.name), searched: folders)
    }

    /// The names of the models with a task.
    package func names(of task: ModelTask) -> [String] {
        models.filter { model in
            architectures.contains { $0.family.kind == model.kind && $0.family.task == task }
        }.map(\.name)
    }

    private static func isFolder(_ path: String) -> Bool {
        var directory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &directory) && directory.boolValue
    }
}
