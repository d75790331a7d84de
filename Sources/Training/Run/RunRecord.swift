import Files
import Foundation
import ImageData
import Layers
import Models

/// The contents of a run's `config.json`: enough to start the same training again.
package struct RunRecord<Configuration: CheckedSettings>: Codable {
    /// The program that wrote it.
    package var software: String
    /// What is trained: `gan`, `cgan`, `classifier`.
    package var kind: String
    /// All settings that determine the weights.
    package var configuration: Configuration
    /// The options of the run.
    package var options: TrainingOptions
    /// The images; nil in the records of version 0.1.
    package var data: DataRecord?
    /// The time, if hours were asked for instead of steps.
    package var time: RunTime?
    /// The settings that changed when the run was resumed; nil if there are none.
    package var changes: [SettingChange]?

    /// A record written by this version of the program.
    package init(
        kind: String, configuration: Configuration, options: TrainingOptions, data: DataRecord? = nil
    ) {
        software = Software.description
        self.kind = kind
        self.configuration = configuration
        self.options = options
        self.data = data
    }

    /// Reads the record of a run.
    ///
    /// - Throws: ``TrainingError``.
    package init(reading folder: RunFolder) throws {
        guard folder.holdsRun else { throw TrainingError.noRun(folder: folder.path) }
        func refused(_ reason: String) -> TrainingError { .file(path: folder.configuration, reason: reason) }
        let data: Data
        do {
            data = Data(try InputFile(folder.configuration, .regular).readAll(limit: 64 << 20))
        } catch { throw refused((error as? FileReadError)?.reason ?? "\(error)") }
        do {
            self = try JSONDecoder().decode(Self.self, from: FormerKeys.translated(data))
            try ParameterError.check(in: "configuration") { () throws(ParameterError) in try configuration.check() }
            try ParameterError.check("options.steps", options.steps, in: TrainingLimits.steps)
            if let time { try ParameterError.check(in: "time") { () throws(ParameterError) in try time.check() } }
        } catch let error as ParameterError {
            throw refused("\(error)")
        } catch {
            var reason = "cannot be understood: \((error as? DecodingError)?.inWords ?? "\(error)")"
            if let maker = (try? JSONDecoder().decode(Maker.self, from: data))?.software,
                maker != Software.description
            {
                reason += "\nThe run was started with \(maker), which can go on with it."
            }
            throw refused(reason)
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

    /// The settings that determine the weights and are others in `other`, in the order of their paths.
    package func differences(from other: Self) throws -> [SettingDifference] {
        guard kind == other.kind else { return [SettingDifference(setting: "kind", from: kind, to: other.kind)] }
        let (mine, others) = (try Self.flattened(configuration), try Self.flattened(other.configuration))
        return Set(mine.keys).union(others.keys).sorted().compactMap { name in
            let (old, new) = (mine[name] ?? "nothing", others[name] ?? "nothing")
            return old == new ? nil : SettingDifference(setting: name, from: old, to: new)
        }
    }

    /// Adds settings that have changed. Those that changed back before a step was taken are left out.
    ///
    /// - Parameter step: the first step with the new settings.
    package mutating func add(_ differences: [SettingDifference], at step: Int) {
        var changes = changes ?? []
        for difference in differences {
            let earlier = changes.firstIndex { $0.setting == difference.setting && $0.step == step }
            let from = earlier.map { changes.remove(at: $0).from } ?? difference.from
            guard from != difference.to else { continue }
            changes.append(SettingChange(step: step, setting: difference.setting, from: from, to: difference.to))
        }
        self.changes = changes.isEmpty ? nil : changes
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

extension RunFolder {
    /// Whether the batches of the run are divided into shards, whatever the number of ranks.
    package var hasShards: Bool { options?.shards != nil }

    /// The selection of convolution kernels that the run was started with; nil for what is usual.
    package var kernels: String? { options?.kernels }

    /// What the record says of how bits come about; nil if it cannot be read.
    private var options: RecordedOptions? {
        struct Record: Decodable { var options: RecordedOptions }
        guard let data = try? InputFile(configuration, .regular).readAll(limit: 64 << 20) else { return nil }
        return try? JSONDecoder().decode(Record.self, from: Data(data)).options
    }

    private struct RecordedOptions: Decodable {
        var shards: Int?
        var kernels: String?
    }

    /// What is trained in the folder, such as `gan`; nil if its record cannot be read.
    package var kind: String? {
        struct Kind: Decodable { var kind: String }
        guard let data = try? InputFile(configuration, .regular).readAll(limit: 64 << 20) else { return nil }
        return try? JSONDecoder().decode(Kind.self, from: Data(data)).kind
    }
}
