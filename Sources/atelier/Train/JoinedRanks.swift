import Atelier
import Files
import Foundation
import Reporting
import Training

/// The ranks that a command trains with. No option says so: `mpirun` and `srun` do.
struct JoinedRanks: Decodable {
    /// A process on its own, until it joins others.
    private(set) var ranks = TrainingRanks()
    /// What a rank other than the first has of the run's folder, which may lie on another machine.
    private var temporary: String?

    init() {}

    /// Options are decoded, and ranks are none.
    init(from _: any Decoder) {}

    /// Joins the other ranks if there are any.
    ///
    /// - Returns: the folder of the run, as far as this rank needs it.
    mutating func join(for folder: String) throws -> String {
        let rank = Rank()
        guard rank.count > 1 else { return folder }
        do { ranks = TrainingRanks(try MPICommunicator(as: rank), host: MPICommunicator.host) } catch let error
            as ClusterError
        {
            throw Failure("\(error)")
        }
        let record = RunFolder(folder).configuration
        let bytes = ranks.communicator.broadcast(
            ranks.isFirst ? (try? InputFile(record, .regular).readAll(limit: 64 << 20)) ?? [] : [])
        if ranks.isFirst { return folder }
        // A run is called like its folder unless it has a name.
        let temporary = FileManager.default.temporaryDirectory.path + "/atelier-rank-\(getpid())"
        let own = temporary + "/" + URL(fileURLWithPath: folder).standardizedFileURL.lastPathComponent
        try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
        if !bytes.isEmpty { try AtomicFile.write(bytes, to: RunFolder(own).configuration) }
        self.temporary = temporary
        return own
    }

    /// Takes leave of the other ranks, after everything is said.
    func leave() {
        tidy()
        ranks.communicator.finish()
    }

    private func tidy() {
        if let temporary { try? FileManager.default.removeItem(atPath: temporary) }
    }

    /// Ends all ranks because of an error.
    ///
    /// - Parameter words: what the error says.
    func end(because words: String) -> Never {
        let console = Console.standardError
        if let known = ranks.refuse(because: Failure(words)) {
            if ranks.isFirst { console.line("Error: \(known)") }
        } else if ranks.agree {
            if ranks.isFirst { console.line("Error: \(words)") }
        } else {
            console.line("Error: \(ranks.name): \(words)")
            tidy()
            ranks.communicator.abort(code: 1)
        }
        leave()
        exit(1)
    }
}
