import Atelier
import Foundation
import Models
import Testing

@testable import ForeignWeights

/// Files that people take for weights: each error says what the file is and what to do.
@Suite struct WrongFileTests {
    struct WrongFile: Sendable, CustomTestStringConvertible {
        let name: String
        /// What the error says, in this order.
        let words: [String]
        let bytes: @Sendable () throws -> [UInt8]
        var testDescription: String { name }

        init(_ name: String, _ words: String..., bytes: @escaping @Sendable () throws -> [UInt8]) {
            (self.name, self.words, self.bytes) = (name, words, bytes)
        }

        init(fixture: String, _ words: String...) {
            (name, self.words) = (fixture, words)
            bytes = { try FixtureFiles.bytes(fixture) }
        }
    }

    static let files = [
        WrongFile("page.pth", "web page", "fetch the file itself") { Array("<!DOCTYPE html>\n<html>".utf8) },
        WrongFile("page-with-mark.pth", "web page") { [0xEF, 0xBB, 0xBF] + Array("\r\n<html>".utf8) },
        WrongFile("pointer.safetensors", "Git LFS pointer", "run git lfs pull") {
            Array("version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 67040989\n".utf8)
        },
        WrongFile("empty.pth", "it is empty", "fetch it again") { [] },
        WrongFile("zeros.pth", "begins with zeros", "fetch it again") { [UInt8](repeating: 0, count: 4096) },
        WrongFile("cut.pth", "is cut off", "fetch it again") {
            Array(try FixtureFiles.bytes("network-rrdb-x2.pth").prefix(9000))
        },
        WrongFile("cut.safetensors", "is cut off", "fetch it again") {
            Array(try FixtureFiles.bytes("network-compact-x3.safetensors").dropLast(100))
        },
        WrongFile("cut-legacy.pth", "is cut off", "fetch it again") {
            Array(try FixtureFiles.bytes("values-legacy.pth").dropLast(100))
        },
        WrongFile("answer.pth", "JSON text", "take the file of weights") { Array("{\"error\": \"not found\"}".utf8) },
        WrongFile("image.pth", "PNG image", "weights") { [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] },
        WrongFile("archive.zip", "zip archive", "unpack it and take x/4x-net.pth") {
            ArchiveBytes.make([
                .init(name: "readme.txt", content: [0x41]), .init(name: "x/4x-net.pth", content: [0x41]),
            ])
        },
        WrongFile(fixture: "wrong-optimizer.pth", "state of an optimizer", "take the file of the network"),
        WrongFile(fixture: "script-frozen.pth", "TorchScript", "save the state_dict()"),
        WrongFile(
            fixture: "whole-model.pth", "a whole module of the class", "2 tensors belong to no known network",
            "models inspect"),
        WrongFile(fixture: "wrong-lora.safetensors", "LoRA", "no network by itself"),
        WrongFile(fixture: "wrong-diffusion.ckpt", "diffusion model", "upscalers"),
        WrongFile(fixture: "wrong-sound.pth", "network for sound", "take images"),
        WrongFile(fixture: "wrong-volumes.pth", "3-D convolutions", "single images"),
    ]

    @Test(arguments: files)
    func errorsSayWhatItIsAndWhatToDo(_ file: WrongFile) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(try file.bytes(), file.name)
        do {
            _ = try Model(file: path, among: .known)
            Issue.record("\(file.name) was read")
        } catch {
            var rest = "\(error)"[...]
            #expect(rest.contains(path))
            for words in file.words {
                guard let place = rest.range(of: words) else {
                    Issue.record("“\(words)” is missing in: \(error)")
                    return
                }
                rest = rest[place.upperBound...]
            }
        }
        let report = try ModelInspection(of: path)
        #expect(report.problem != nil && report.network == nil)
        #expect(report.problem?.contains(file.words[0]) == true)
    }
}
