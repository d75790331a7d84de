import Foundation
import Testing

/// Whether Open MPI is installed.
private let hasMPI = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
    FileManager.default.isExecutableFile(atPath: $0 + "/mpirun")
}

extension ProgramTests {
    /// Trainings that several ranks share, started as a person would: `mpirun -n 2 atelier train …`.
    @Suite(.enabled(if: hasMPI)) struct RankTests {
        private let place: Workplace

        init() throws { place = try Workplace() }

        /// - Parameter more: what follows the program's name on the other ranks only.
        private func run(_ ranks: Int, _ arguments: [String], others: [String]? = nil) throws -> Program.Result {
            try Program.run(arguments, in: place.path, shell: Self.shell(ranks, others: others))
        }

        private static let mpirun = "mpirun --allow-run-as-root --oversubscribe"

        /// The second of two ranks gets a signal as soon as a folder exists.
        private static func shell(secondRankEndsBy signal: String, after folder: String) -> String {
            let waiting = "(while [ ! -e \(folder) ]; do sleep 0.02; done; kill \(signal) $$) &"
            return "exec \(mpirun) -n 1 \"$@\" : -n 1 sh -c '\(waiting) exec \"$@\"' sh \"$@\""
        }

        private static func shell(_ ranks: Int, others: [String]? = nil) -> String {
            guard let others else { return "exec \(mpirun) -n \(ranks) \"$@\"" }
            return "exec \(mpirun) -n 1 \"$@\" : -n \(ranks - 1) \"$1\" \(others.joined(separator: " "))"
        }

        private func training(_ out: String, steps: Int = 3) -> [String] {
            place.training("gan", out: out, steps: steps, checkpointEvery: 1) + ["--deterministic", "--shards", "2"]
        }

        private func state(_ out: String, step: Int = 3) throws -> Data {
            try place.bytes("\(out)/checkpoints/step-\(String(format: "%06d", step))/state.safetensors")
        }

        @Test func oneAndTwoRanksGiveTheSameBits() throws {
            let alone = try Program.run(training("alone"), in: place.path)
            #expect(alone.status == 0, "\(alone.errors)")
            let together = try run(2, training("together"))
            #expect(together.status == 0, "\(together.errors)")
            #expect(try state("alone") == state("together"))
            #expect(try place.bytes("alone/model/model.safetensors") == place.bytes("together/model/model.safetensors"))
            // One voice.
            #expect(together.lines.count { $0.hasPrefix("Done: 3 steps") } == 1)
            let log = String(decoding: try place.bytes("together/log.jsonl"), as: UTF8.self)
            #expect(log.split(separator: "\n").count { $0.contains("\"losses\"") } == 3)

            // On another number of ranks, from a step in between.
            try FileManager.default.removeItem(atPath: place.path + "/together/checkpoints/step-000003")
            let resumed = try Program.run(["train", "gan", "--out", "together", "--resume"], in: place.path)
            #expect(resumed.status == 0, "\(resumed.errors)")
            #expect(resumed.errors.contains("Continuing from step 2."))
            #expect(try state("alone") == state("together"))
        }

        /// Where ranks are on several machines, a thread lets sums go on.
        @Test func ranksOnTwoMachinesGiveTheSameBits() throws {
            let apart = "exec \(Self.mpirun) -n 2 env OMPI_COMM_WORLD_LOCAL_SIZE=1 \"$@\""
            let alone = try Program.run(training("alone"), in: place.path)
            #expect(alone.status == 0, "\(alone.errors)")
            let together = try Program.run(training("together"), in: place.path, shell: apart)
            #expect(together.status == 0, "\(together.errors)")
            #expect(try state("alone") == state("together"))
        }

        /// The losses of the last of three steps, one after another.
        private func losses(_ out: String) throws -> [Double] {
            struct Line: Decodable {
                var step: Int
                var losses: [String: Double]?
            }
            let log = String(decoding: try place.bytes("\(out)/log.jsonl"), as: UTF8.self)
            let lines = log.split(separator: "\n").compactMap {
                try? JSONDecoder().decode(Line.self, from: Data($0.utf8))
            }
            let last = try #require(lines.last { $0.step == 3 && $0.losses != nil }?.losses)
            return last.sorted { $0.key < $1.key }.map(\.value)
        }

        @Test(arguments: [("f32", 1e-5), ("bf16", 1e-2)])
        func synchronizedStatisticsGiveTheLossesOfOneRank(_ precision: String, _ tolerance: Double) throws {
            func training(_ out: String) -> [String] {
                place.training("gan", out: out, steps: 3)
                    + ["--kernels", "rules", "--sync-batch-norm", "--gradient-precision", precision]
            }
            let alone = try Program.run(training("alone"), in: place.path)
            #expect(alone.status == 0, "\(alone.errors)")
            let together = try run(2, training("together"))
            #expect(together.status == 0, "\(together.errors)")
            let (wanted, found) = (try losses("alone"), try losses("together"))
            #expect(wanted.count == 2 && found.count == 2)
            #expect(zip(wanted, found).allSatisfy { abs($0 - $1) <= tolerance * abs($0) }, "\(wanted), \(found)")
        }

        /// The first rank's clock decides for all of them.
        @Test func severalRanksTrainForATime() throws {
            let timed = try run(2, place.training("gan").replacing(["--steps", "6"], with: ["--hours", "0.0012"]))
            #expect(timed.status == 0, "\(timed.errors)")
            #expect(timed.errors.contains(" in 0.0012 hours"), "\(timed.errors)")
            #expect(timed.lines.count { $0.hasPrefix("Done: ") } == 1)
            let more = try run(2, ["train", "gan", "--out", "run", "--resume", "--hours", "0.0005"])
            #expect(more.status == 0, "\(more.errors)")
        }

        @Test func aRankWithOtherSettingsIsRefusedByName() throws {
            let result = try run(2, training("run"), others: training("run") + ["--lr", "0.1"])
            #expect(result.status == 1)
            #expect(result.errors.contains("rank 1: model.training."))
            #expect(!place.exists("run"))
        }

        @Test func aBatchThatTheRanksCannotShareIsRefused() throws {
            let result = try run(3, place.training("gan"))
            #expect(result.status == 1)
            #expect(result.errors.contains("A batch of 4 cannot be divided into 3 equal parts, one for each rank."))
        }

        /// One of two ranks is killed; the run goes on to the bits of one that was left alone.
        @Test func aLostRankEndsTheRunAndItGoesOn() throws {
            let undisturbed = try Program.run(training("undisturbed", steps: 25), in: place.path)
            #expect(undisturbed.status == 0, "\(undisturbed.errors)")
            // The second rank ends itself as a lost machine would.
            let shell = Self.shell(secondRankEndsBy: "-9", after: "killed/checkpoints/step-000003")
            let killed = try Program.run(training("killed", steps: 25), in: place.path, shell: shell)
            #expect(killed.status != 0)
            #expect(killed.errors.contains("rank 1"))
            #expect(!place.exists("killed/checkpoints/step-000025"))
            let resumed = try run(2, ["train", "gan", "--out", "killed", "--resume"])
            #expect(resumed.status == 0, "\(resumed.errors)")
            #expect(try state("killed", step: 25) == state("undisturbed", step: 25))
        }

        /// By SIGUSR1, which Slurm sends before the time is over, to one rank.
        @Test func allRanksStopTogether() throws {
            let shell = Self.shell(secondRankEndsBy: "-USR1", after: "run/checkpoints/step-000002")
            let stopped = try Program.run(training("run", steps: 5000), in: place.path, shell: shell)
            #expect(stopped.status == 130)
            #expect(stopped.errors.contains("Everything is saved in run."))
        }
    }
}
