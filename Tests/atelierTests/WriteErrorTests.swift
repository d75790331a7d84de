import Foundation
import ImageFiles
import Testing

extension ProgramTests {
    /// Disks that are full, files that may not grow, and folders that take nothing.
    @Suite struct WriteErrorTests {
        private let place: Workplace

        init() throws {
            place = try Workplace()
            try place.writeUpscaler("tiny")
        }

        /// A name whose file is always full.
        private func fill(_ name: String) throws {
            let path = place.path + "/" + name
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try? FileManager.default.removeItem(atPath: path)
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/full")
        }

        private func noise(_ name: String, side: Int) throws {
            let samples = (0..<side * side).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
            try Image(width: side, height: side, channels: 1, samples8: samples).write(to: place.path + "/" + name)
        }

        @Test func aFileOverTheLimitOfTheShellFailsAlone() throws {
            try FileManager.default.createDirectory(atPath: place.path + "/in", withIntermediateDirectories: true)
            try noise("in/large.png", side: 400)
            try noise("in/small.png", side: 8)
            for memory in ["512", "1"] {
                let result = try Program.run(
                    ["upscale", "in", "-m", "tiny", "-o", "out" + memory, "--memory", memory], in: place.path,
                    shell: #"ulimit -f 8; exec "$@""#)
                #expect(result.status == 1, "\(result.errors)")
                #expect(result.errors.contains("ulimit -f") && result.errors.contains("1 failed"))
                #expect(try place.files("out" + memory) == ["small.png"])
            }
        }

        @Test func aTrainingOverTheLimitOfTheShellSaysSo() throws {
            let result = try Program.run(
                place.training("gan", steps: 2), in: place.path, shell: #"ulimit -f 16; exec "$@""#)
            #expect(result.status == 1 && result.errors.contains("ulimit -f"), "\(result.errors)")
        }

        @Test func aFullDiskNamesTheWayToGoOn() throws {
            #expect(try Program.run(place.training("gan", steps: 2), in: place.path).status == 0)
            try fill("run/samples/step-000004.png")
            let result = try Program.run(
                ["train", "gan", "--out", "run", "--resume", "--steps", "4"], in: place.path)
            #expect(result.status == 1 && result.errors.contains("No space left on device"), "\(result.errors)")
            #expect(result.errors.contains("Free some space") && result.errors.contains("train gan --out run --resume"))
        }

        @Test func generatingStopsWhenTheDiskIsFull() throws {
            #expect(try Program.run(place.training("gan", steps: 1), in: place.path).status == 0)
            try fill("out/seed0002.png")
            let result = try Program.run(["generate", "-m", "run", "--count", "40", "-o", "out"], in: place.path)
            #expect(result.status == 1, "\(result.errors)")
            #expect(result.errors.components(separatedBy: "Error:").count == 2, "\(result.errors)")
            #expect(result.output.contains("2 images in out") && result.output.contains("37 not made"))
            #expect(try place.files("out").filter { !$0.hasSuffix("2.png") } == ["seed0000.png", "seed0001.png"])
        }

        @Test func whereNothingCanBeWrittenNothingIsGenerated() throws {
            #expect(try Program.run(place.training("gan", steps: 1), in: place.path).status == 0)
            for output in [
                ["-o", "/proc/self"], ["--grid", "/proc/self/a.png"], ["-o", "/proc/self", "--grid", "/proc/b.png"],
            ] {
                let result = try Program.run(
                    ["generate", "-m", "run", "--count", "2000"] + output, in: place.path)
                #expect(result.status == 1, "\(result.errors)")
                #expect(result.errors.components(separatedBy: "Error:").count <= 3)
                #expect(!result.errors.contains("generating"))
            }
        }

        @Test func pairsStopWhenTheDiskIsFull() throws {
            for name in ["A", "B"] {
                let folder = place.path + "/twins/" + name
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                for number in 1...5 { try noise("twins/\(name)/\(number).png", side: 32) }
            }
            try fill("pairs/trainA/2.png")
            let result = try Program.run(
                ["data", "pair", "twins", "-o", "pairs", "--to", "folders"], in: place.path)
            #expect(result.status == 1 && result.errors.contains("No space left on device"), "\(result.errors)")
            #expect(!place.exists("pairs/trainA/3.png") && place.exists("pairs/trainB/1.png"))
        }
    }
}
