import Cluster
import Files
import Foundation
import ImageData
import TensorCore

/// The ranks of a training. The first one talks and writes; the others compute with it.
package final class TrainingRanks {
    /// The ranks.
    package let communicator: any Communicator
    /// The name of this machine.
    private let host: String
    /// Whether all ranks have told each other what they are about to do.
    private var haveMet = false
    /// Whether an error is known to all ranks, so that one of them is enough to tell it.
    package private(set) var agree = false

    /// - Parameter host: the name of this machine, for messages.
    package init(_ communicator: any Communicator, host: String) {
        (self.communicator, self.host) = (communicator, host)
    }

    /// A process on its own.
    package convenience init() { self.init(Alone(), host: "") }

    /// Whether there are several ranks.
    package var areSeveral: Bool { communicator.count > 1 }
    /// Whether this is the rank that talks and writes.
    package var isFirst: Bool { communicator.isFirst }
    /// The part of each batch that belongs to this rank.
    package var share: Share { Share(index: communicator.rank, count: communicator.count) }

    /// The name of this rank in messages: `node3, rank 2`.
    package var name: String { Self.name(host, communicator.rank) }

    private static func name(_ host: String, _ rank: Int) -> String { "\(host), rank \(rank)" }

    /// Throws an error that all ranks know.
    package func failTogether(_ error: some Error) throws -> Never {
        agree = true
        throw error
    }

    // MARK: Before the first step

    /// What a rank says before the first step.
    private struct Answer: Codable {
        var host: String
        /// What it is about to do; nil if it cannot begin.
        var record: Data?
        var fault: String?
    }

    /// Compares what all ranks are about to do.
    ///
    /// - Throws: `ClusterError.refused`, on all ranks alike.
    package func meet<Configuration>(about record: RunRecord<Configuration>) throws {
        guard areSeveral else { return }
        let encoder = JSONEncoder()
        let answers = try call(Answer(host: host, record: try encoder.encode(record)))
        let decoder = JSONDecoder()
        let records = try answers.map { answer in
            try answer.record.map { try decoder.decode(RunRecord<Configuration>.self, from: $0) }
        }
        var faults = faults(answers)
        if let first = records[0] {
            for (rank, other) in records.enumerated() {
                guard let other else { continue }
                faults += try first.disagreements(with: other).map { Self.name(answers[rank].host, rank) + ": " + $0 }
            }
        }
        if !faults.isEmpty { try failTogether(ClusterError.refused(faults)) }
    }

    /// Tells the other ranks that this one cannot begin, unless it already has: then it is too late for words, and all
    /// processes must be ended.
    ///
    /// - Returns: what all ranks know now; nil if it is too late.
    package func refuse(because error: any Error) -> ClusterError? {
        guard areSeveral, !haveMet, let answers = try? call(Answer(host: host, fault: "\(error)")) else { return nil }
        agree = true
        return .refused(faults(answers))
    }

    private func call(_ answer: Answer) throws -> [Answer] {
        haveMet = true
        return try communicator.gather([UInt8](JSONEncoder().encode(answer))).map {
            try JSONDecoder().decode(Answer.self, from: Data($0))
        }
    }

    private func faults(_ answers: [Answer]) -> [String] {
        // What hinders all of them needs no names.
        if let fault = answers[0].fault, answers.allSatisfy({ $0.fault == fault }) { return [fault] }
        return answers.enumerated().compactMap { rank, answer in
            answer.fault.map { Self.name(answer.host, rank) + ": " + $0 }
        }
    }

    // MARK: Time

    /// The first rank's number, on all ranks. Whatever a clock decides goes by that of the first rank.
    package func first(_ number: Double) -> Double {
        guard areSeveral else { return number }
        return communicator.broadcast(withUnsafeBytes(of: number) { [UInt8]($0) }).withUnsafeBytes {
            $0.loadUnaligned(as: Double.self)
        }
    }

    /// The first rank's value, on all ranks.
    package func first<Value: Codable>(_ value: Value) throws -> Value {
        guard areSeveral else { return value }
        let bytes = communicator.broadcast([UInt8](try JSONEncoder().encode(value)))
        return try JSONDecoder().decode(Value.self, from: Data(bytes))
    }

    /// When ``timing(at:)`` was last called, and how long this rank had waited by then.
    private var measured: (time: Double, waited: Double)?

    /// What became of the time since the last call: the mean share that ranks have waited, and the rank that waited least,
    /// for which the others do. Nothing at the first call.
    package func timing(at time: Double) -> [StepReport.Figure] {
        guard areSeveral else { return [] }
        let waited = communicator.waited
        let former = measured
        measured = (time, waited)
        guard let former else { return [] }
        let share = (waited - former.waited) / max(time - former.time, 1e-9)
        let shares = communicator.gather(withUnsafeBytes(of: share) { [UInt8]($0) }).map { bytes in
            bytes.withUnsafeBytes { $0.loadUnaligned(as: Double.self) }
        }
        let slowest = shares.indices.min { shares[$0] < shares[$1] } ?? 0
        return [
            ("waiting", shares.reduce(0, +) / Double(shares.count)), ("slowest-rank", Double(slowest)),
        ]
    }

    // MARK: State

    /// Gives all ranks the first one's state.
    package func share(_ state: TrainingState) throws -> TrainingState {
        struct Contents: Codable {
            var names: [String]
            var shapes: [[Int]]
            var numbers: [String: Double]
        }
        let names = state.tensors.keys.sorted()
        let own = Contents(
            names: names, shapes: names.map { state.tensors[$0]?.shape.dimensions ?? [] }, numbers: state.numbers)
        let contents = try JSONDecoder().decode(
            Contents.self, from: Data(communicator.broadcast([UInt8](JSONEncoder().encode(own)))))
        var shared = TrainingState(numbers: contents.numbers)
        for (name, dimensions) in zip(contents.names, contents.shapes) {
            let values = isFirst ? state.tensors[name]?.values ?? [] : []
            let bytes = communicator.broadcast(values.withUnsafeBytes { [UInt8]($0) })
            shared.tensors[name] = Tensor(shape: Shape(dimensions)) { target in
                bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(target).copyMemory(from: $0) }
            }
        }
        return shared
    }

    /// Checks that all ranks have the same state.
    ///
    /// - Throws: `ClusterError.refused`, on all ranks alike.
    package func compare(_ state: TrainingState, after step: Int) throws {
        guard areSeveral else { return }
        let sums = state.tensors.sorted { $0.key < $1.key }.map { _, tensor in
            checksum(tensor.withValues { values in values.withMemoryRebound(to: UInt8.self) { [UInt8]($0) } })
        }
        let answers = communicator.gather([UInt8](host.utf8) + [0] + sums.withUnsafeBytes { [UInt8]($0) })
        let states = answers.map { $0.drop { $0 != 0 } }
        let faults = answers.indices.filter { states[$0] != states[0] }.map { rank in
            let host = String(decoding: answers[rank].prefix { $0 != 0 }, as: UTF8.self)
            return """
                \(Self.name(host, rank)): after step \(step), its weights are not those of the first rank. Its processor \
                computes in another way: leave it out, or use the same kernels everywhere.
                """
        }
        if !faults.isEmpty { try failTogether(ClusterError.refused(faults)) }
    }
}

extension RunRecord {
    /// What another rank is about to do differently, in words.
    fileprivate func disagreements(with other: Self) throws -> [String] {
        var faults = try differences(from: other).map { "\($0.setting) is \($0.to), and \($0.from) on the first rank" }
        if software != other.software { faults.append("it is \(other.software), and the first rank \(software)") }
        if data != other.data {
            func words(_ data: DataRecord?) -> String { data.map { "\($0)" } ?? "none" }
            faults.append("its images are \(words(other.data)); on the first rank, they are \(words(data))")
        }
        if options != other.options { faults.append("its options are others than those of the first rank") }
        return faults
    }
}
