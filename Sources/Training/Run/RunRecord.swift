import Files
import Foundation
import Layers
import Models

/// The contents of a run's `config.json`: enough to start the same training again.
package struct RunRecord<Configuration: Codable>: Codable {
    /// The program that wrote it.
    package var software: String
    /// What is trained: `gan`, `cgan`, `classifier`.
    package var kind: String
    /// All settings that determine the weights.
    package var configuration: Configuration
    /// The options of the run.
    package var options: TrainingOptions

    /// A record written by this version of the program.
    package init(kind: String, configuration: Configuration, options: TrainingOptions) {
        software = Software.description
        self.kind = kind
        self.configuration = configuration
        self.options = options
    }

    /// Reads the record of a run.
    ///
    /// - Throws: ``TrainingError``.
    package init(reading folder: RunFolder) throws {
        guard let data = FileManager.default.contents(atPath: folder.configuration) else {
            throw TrainingError.noRun(folder: folder.path)
        }
        do {
            self = try JSONDecoder().decode(Self.self, from: FormerKeys.translated(data))
        } catch {
            var reason = "cannot be understood: \(error)"
            if let maker = (try? JSONDecoder().decode(Maker.self, from: data))?.software,
                maker != Software.description
            {
                reason += "\nThe run was started with \(maker), which can go on with it."
            }
            throw TrainingError.file(path: folder.configuration, reason: reason)
        }
    }

    /// The fields that the records of all versions have.
    private struct Maker: Decodable {
        var software: String
    }

    package func write(to folder: RunFolder) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try AtomicFile.write([UInt8](encoder.encode(self)) + [UInt8(ascii: "\n")], to: folder.configuration)
    }

    /// The settings that determine the weights and differ from `other`, one on each line; empty if one can resume a run
    /// of the other.
    ///
    /// - Parameter except: paths of settings that may differ, such as `training.steps`, or of groups of settings.
    package func differences(from other: Self, except adjustable: Set<String> = []) throws -> [String] {
        guard kind == other.kind else { return ["kind: \(kind) in the run, \(other.kind) now"] }
        let mine = try Self.flattened(configuration)
        let others = try Self.flattened(other.configuration)
        func isFixed(_ path: String) -> Bool { !adjustable.contains { path == $0 || path.hasPrefix($0 + ".") } }
        return Set(mine.keys).union(others.keys).filter(isFixed).sorted().compactMap { name in
            let (old, new) = (mine[name] ?? "nothing", others[name] ?? "nothing")
            return old == new ? nil : "\(name): \(old) in the run, \(new) now"
        }
    }

    /// Every single value under its path.
    private static func flattened(_ configuration: Configuration) throws -> [String: String] {
        let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode([configuration]))
        var values: [String: String] = [:]
        var open: [(path: String, value: Any)] = [("", object)]
        while let (path, value) = open.popLast() {
            switch value {
            case let members as [String: Any]:
                open += members.map { (path.isEmpty ? $0.key : path + "." + $0.key, $0.value) }
            case let members as [Any] where path.isEmpty:
                open += members.map { ("", $0) }
            case let members as [Any]:
                values[path] = "\(members)"
            default:
                values[path] = "\(value)"
            }
        }
        return values
    }
}
