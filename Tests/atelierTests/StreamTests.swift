import Foundation
import ImageFiles
import Testing

extension ProgramTests {
    /// Images on the standard streams.
    @Suite struct StreamTests {
        private let place: Workplace

        init() throws {
            place = try Workplace()
            try place.writeUpscaler("tiny")
            try place.writeTranslator("unet")
        }

        private static let commands = [
            ["upscale", "-m", "tiny"], ["translate", "-m", "unet"], ["data", "sketch"],
        ]

        private func image(_ name: String) throws -> Data { try place.bytes("shapes/bar/" + name) }

        private func decoded(_ name: String = "output") throws -> Image {
            try Image.decode([UInt8](place.bytes(name)), name: name)
        }

        @Test(arguments: commands) func imagesGoThroughAPipe(command: [String]) throws {
            let piped = try Program.run(command + ["-", "-o", "-"], in: place.path, input: image("1.png"))
            #expect(piped.status == 0, "\(piped.errors)")
            let made = try decoded()
            let filed = try Program.run(command + ["shapes/bar/1.png", "-o", "b.png"], in: place.path)
            #expect(filed.status == 0, "\(filed.errors)")
            #expect(try made.samples == Image.read(place.path + "/b.png").samples)
            // A real pipe on both sides, and a result that is added to a file.
            let shell = #"printf before > sum; cat shapes/bar/1.png | "$@" | cat >> sum"#
            #expect(try Program.run(command + ["-", "-o", "-", "-q"], in: place.path, shell: shell).status == 0)
            let sum = try place.bytes("sum")
            #expect(sum.starts(with: Array("before".utf8)))
            #expect(try Image.decode([UInt8](sum.dropFirst(6)), name: "sum").samples == made.samples)
        }

        @Test(arguments: commands) func whatIsPrintedGoesToStandardError(command: [String]) throws {
            for options in [["--json"], ["--json", "--report", "r.jsonl"], []] {
                let result = try Program.run(
                    command + ["-", "-o", "-"] + options, in: place.path, input: image("2.png"))
                #expect(result.status == 0 && !result.errors.isEmpty)
                _ = try decoded()
                #expect(!options.contains("--json") || result.errors.contains(#""input":"-","output":"/dev/stdout""#))
            }
            #expect(try place.bytes("r.jsonl").starts(with: Array(#"{"input":"-""#.utf8)))
            let dry = try Program.run(command + ["-", "-o", "-", "--dry-run"], in: place.path, input: image("2.png"))
            #expect(dry.status == 0 && dry.output.isEmpty && dry.errors.contains("- -> /dev/stdout"))
        }

        @Test(.timeLimit(.minutes(1))) func aTrainingThatNobodyReadsIsSaved() throws {
            let result = try Program.run(
                place.training("gan", steps: 1_000_000, checkpointEvery: 0) + ["--json", "--threads", "1"],
                in: place.path, shell: #"("$@"; echo $? > code) | head -n 1"#)
            #expect(try String(decoding: place.bytes("code"), as: UTF8.self) == "141\n")
            #expect(result.errors.contains("Everything is saved in run.") && !result.errors.contains("Error"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: place.path + "/run/checkpoints").count == 1)
        }

        @Test func formatsAreThoseOfTheInputOrAsAskedFor() throws {
            let photo = try Image.read(place.path + "/shapes/bar/1.png").encoded(as: .jpeg())
            for (options, format) in [([String](), ImageFormat.jpeg), (["--format", "png"], .png)] {
                let arguments = ["upscale", "-", "-m", "tiny", "-o", "-"] + options
                #expect(try Program.run(arguments, in: place.path, input: Data(photo)).status == 0)
                #expect(try decoded().metadata.sourceFormat == format)
            }
            let arguments = ["upscale", "-", "-m", "tiny", "-o"]
            #expect(try Program.run(arguments + ["folder"], in: place.path, input: Data(photo)).status == 0)
            #expect(try Program.run(arguments + ["B.PNG"], in: place.path, input: Data(photo)).status == 0)
            #expect(place.exists("folder/stdin.jpg") && place.exists("B.PNG"))
            // In strips, too.
            #expect(
                try Program.run(arguments + ["-", "--memory", "1"], in: place.path, input: Data(photo)).status == 0)
            #expect(try decoded().width == 32)
        }

        @Test(arguments: commands) func whatIsNoImageIsSaid(command: [String]) throws {
            let names = try Program.run(
                command + ["-", "-o", "-"], in: place.path, input: Data("shapes/bar/1.png\n".utf8))
            #expect(names.status == 1 && names.output.isEmpty)
            #expect(names.errors.contains("standard input: not an image") && names.errors.contains("--list"))
            let empty = try Program.run(command + ["-", "-o", "-"], in: place.path, input: Data())
            #expect(empty.status == 1 && empty.errors.contains("the file is empty"))
            let cut = try image("1.png").prefix(80)
            let broken = try Program.run(command + ["-", "-o", "-"], in: place.path, input: cut)
            #expect(broken.status == 1 && broken.errors.contains("standard input: ") && broken.output.isEmpty)
        }

        @Test(arguments: commands) func listsStillComeFromTheStandardInput(command: [String]) throws {
            let list = Data("shapes/bar/1.png\nshapes/bar/2.png\n".utf8)
            let result = try Program.run(command + ["--list", "-", "-o", "out"], in: place.path, input: list)
            #expect(result.status == 0, "\(result.errors)")
            #expect(try place.files("out") == ["shapes/bar/1.png", "shapes/bar/2.png"])
            for wrong in [
                ["-", "-", "-o", "out"], ["-", "--list", "-"], ["-", "shapes", "-o", "-"], ["shapes", "-o", "-"],
            ] {
                let result = try Program.run(command + wrong, in: place.path, input: list)
                #expect(result.status == 64, "\(wrong): \(result.errors)")
            }
        }

        @Test(arguments: commands) func aClosedPipeEndsQuietly(command: [String]) throws {
            for ignoring in ["", "trap '' PIPE; "] {
                let closed = "\(ignoring)(\"$@\"; echo $? > code) | true"
                let single = try Program.run(
                    command + ["shapes/bar/1.png", "-o", "-", "-q"], in: place.path,
                    shell: "\(ignoring)(sleep 0.1; \"$@\"; echo $? > code) | true")
                #expect(single.errors.isEmpty, "\(single.errors)")
                #expect(try String(decoding: place.bytes("code"), as: UTF8.self) == "141\n")
                // Lines that nobody reads: no error, and no half-written file.
                let lines = try Program.run(
                    command + ["shapes", "-o", "lines", "--json"], in: place.path, shell: closed)
                #expect(!lines.errors.contains("Error"), "\(lines.errors)")
                if place.exists("lines") {
                    #expect(try place.files("lines").allSatisfy { !$0.contains(".atelier-") })
                }
            }
        }
    }
}
