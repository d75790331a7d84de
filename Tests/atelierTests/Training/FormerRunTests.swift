import Foundation
import TestSupport
import Testing

extension ProgramTests {
    /// What version 0.1.0 did with the same arguments: its losses, and runs that it began.
    @Suite struct FormerRunTests {
        private let place: Workplace

        init() throws {
            place = try Workplace()
            try FileManager.default.createDirectory(atPath: place.path + "/kinds", withIntermediateDirectories: true)
            for (side, shape) in [("A", "bar"), ("B", "square")] {
                try FileManager.default.createSymbolicLink(
                    atPath: place.path + "/kinds/" + side, withDestinationPath: place.path + "/shapes/" + shape)
            }
            for number in 0..<6 { try place.write(Workplace.whole(number), to: "pairs/\(number).png") }
        }

        /// The losses of a training by step.
        private struct Recorded: Decodable {
            let arguments: [String]
            let steps: [[String: Double]]
        }

        private static func recorded() throws -> [String: Recorded] {
            try JSONDecoder().decode([String: Recorded].self, from: Fixtures.data("FormerRuns/losses-0.1.0.json"))
        }

        private static func figures(_ log: String) throws -> [[String: Double]] {
            try log.split(separator: "\n").compactMap { line in
                let members = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                guard var figures = members?["losses"] as? [String: Double], let step = members?["step"] as? Double
                else { return nil }
                figures["step"] = step
                return figures.merging(members?["extra"] as? [String: Double] ?? [:]) { loss, _ in loss }
            }
        }

        /// On the machine that recorded them they are equal to the last bit; others round in other places.
        private func compare(_ found: [String: Double], _ expected: [String: Double], _ what: String) {
            for (name, value) in expected {
                let other = found[name] ?? .nan
                #expect(abs(other - value) <= 1e-3 * max(1, abs(value)), "\(what): \(name) is \(other), not \(value)")
            }
        }

        private func log(_ run: String) throws -> [[String: Double]] {
            try Self.figures(String(decoding: place.bytes(run + "/log.jsonl"), as: UTF8.self))
        }

        @Test(arguments: try recorded().keys.sorted()) func lossesAreThoseOfBefore(_ name: String) throws {
            let recorded = try #require(try Self.recorded()[name])
            if recorded.arguments.contains("eyes") {
                let eyes =
                    place.training("classifier", out: "eyes", steps: 2)
                    + ["--threads", "1", "--kernels", "rules", "--precision", "float32"]
                #expect(try Program.run(eyes, in: place.path).status == 0)
            }
            let result = try Program.run(["train"] + recorded.arguments + ["--out", "run"], in: place.path)
            #expect(result.status == 0, "\(result.errors)")
            let steps = try log("run")
            #expect(steps.count == recorded.steps.count)
            for (step, (found, expected)) in zip(steps, recorded.steps).enumerated() {
                compare(found, expected, "step \(step + 1)")
            }
        }

        /// The log of a former run tells what its steps after the checkpoint gave.
        @Test(arguments: [("cgan", 3), ("pix2pix", 3), ("sr", 2), ("sr", 4)])
        func runsGoOnAsTheyWouldHave(_ kind: String, _ step: Int) throws {
            try FileManager.default.copyItem(
                atPath: Fixtures.path("FormerRuns/runs-0.1.0/" + kind), toPath: place.path + "/" + kind)
            let checkpoints = place.path + "/\(kind)/checkpoints"
            for name in try FileManager.default.contentsOfDirectory(atPath: checkpoints)
            where Int(name.dropFirst(5)) ?? 0 > step {
                try FileManager.default.removeItem(atPath: checkpoints + "/" + name)
            }
            let expected = try log(kind).filter { $0["step"] ?? 0 > Double(step) }
            let result = try Program.run(
                ["train", kind, "--out", kind, "--resume", "--data", "shapes", "--threads", "1", "--kernels", "rules"],
                in: place.path)
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.errors.contains("Continuing from step \(step)."))
            let found = try log(kind).filter { $0["step"] ?? 0 > Double(step) }
            #expect(!expected.isEmpty && found.count == expected.count)
            for (found, expected) in zip(found, expected) { compare(found, expected, "step \(expected["step"] ?? 0)") }
        }
    }
}
