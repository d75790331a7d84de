import Files
import Foundation
import Layers
import TensorCore
import Testing

@Suite struct SafetensorsTests {
    private static func inFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("safetensors-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    private let tensors: [String: Tensor] = [
        "b.weight": Random(seed: 1).normal([3, 4, 2, 2]),
        "a": Tensor([.infinity, -0.0, .leastNonzeroMagnitude], shape: [3]),
        "scalar": Tensor(2.5), "empty": Tensor([], shape: [0, 3]), "größe \"x\"\n\u{1}": Tensor([1], shape: [1]),
    ]

    @Test func roundTripKeepsEveryBit() throws {
        try Self.inFolder { folder in
            let path = folder.appendingPathComponent("m.safetensors").path
            try Safetensors.write(tensors, to: path, metadata: ["format": "pt", "note": "line\nline"])
            let (read, metadata) = try Safetensors.read(path)
            #expect(metadata == ["format": "pt", "note": "line\nline"])
            #expect(read.keys.sorted() == tensors.keys.sorted())
            for (name, tensor) in tensors {
                #expect(read[name]?.shape == tensor.shape)
                #expect(read[name]?.values.map(\.bitPattern) == tensor.values.map(\.bitPattern))
            }
            let first = try Data(contentsOf: URL(fileURLWithPath: path))
            try Safetensors.write(tensors, to: path, metadata: ["note": "line\nline", "format": "pt"])
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == first)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["m.safetensors"])
        }
    }

    @Test(arguments: [(Safetensors.Precision.float16, Float(1.0 / 2048)), (.bfloat16, 1.0 / 256)])
    func halfPrecisionRoundsToTheNearest(_ precision: Safetensors.Precision, _ step: Float) throws {
        try Self.inFolder { folder in
            let path = folder.appendingPathComponent("m.safetensors").path
            let x = Random(seed: 2).normal([1000])
            try Safetensors.write(["x": x], to: path, precision: precision)
            let read = try #require(try Safetensors.read(path).tensors["x"])
            #expect(zip(read.values, x.values).allSatisfy { abs($0 - $1) <= step * abs($1) + 1e-7 })
            // Rounded numbers survive another trip unchanged.
            try Safetensors.write(["x": read], to: path, precision: precision)
            #expect(try Safetensors.read(path).tensors["x"]?.values == read.values)
        }
    }

    @Test(arguments: [Safetensors.Precision.float32, .float16, .bfloat16])
    func numbersReadOnDemandAreTheSame(_ precision: Safetensors.Precision) throws {
        try Self.inFolder { folder in
            let path = folder.appendingPathComponent("m.safetensors").path
            // More than one block of the reader, and less.
            let large = Random(seed: 2).normal([7, 100, 10, 10])
            try Safetensors.write(["x": large, "y": large.sum(axes: [0])], to: path, precision: precision)
            let read = try Safetensors.read(path).tensors
            let opened = try Safetensors.open(path).tensors
            // Another file in its place changes nothing.
            try Safetensors.write(["x": large * 2], to: path)
            #expect(opened.keys.sorted() == ["x", "y"])
            for (name, tensor) in opened { #expect(tensor.values == read[name]?.values) }
        }
    }

    @Test func numbersThatAreGoneAreNone() throws {
        try Self.inFolder { folder in
            let path = folder.appendingPathComponent("m.safetensors").path
            try Safetensors.write(["x": Random(seed: 2).normal([100, 100])], to: path)
            let opened = try #require(try Safetensors.open(path).tensors["x"])
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try file.truncate(atOffset: 1000)
            #expect(opened.values.allSatisfy { $0.isNaN })
        }
    }

    @Test func whatIsNoFileCannotBeOpened() {
        for path in ["/dev/null", "/", "/missing/m.safetensors"] {
            #expect(throws: SafetensorsError.self) { try Safetensors.open(path) }
            #expect(throws: SafetensorsError.self) { try Safetensors.read(path) }
        }
    }

    @Test func physicalOrderNeverReachesTheFile() throws {
        try Self.inFolder { folder in
            let path = folder.appendingPathComponent("m.safetensors").path
            let layer = Conv2d(16, 16, kernel: 3, padding: 1, random: Random(seed: 3))
            let y = layer(Random(seed: 4).normal([2, 16, 8, 8]), .inference)
            try Safetensors.write(["y": y], to: path)
            #expect(try Safetensors.read(path).tensors["y"]?.values == y.values)
        }
    }

    @Test func aFileThatCannotBeWrittenIsATypedErrorAndLeavesNothing() throws {
        try Self.inFolder { folder in
            let path = folder.appendingPathComponent("missing/m.safetensors").path
            let error = #expect(throws: FileWriteError.self) { try Safetensors.write(tensors, to: path) }
            #expect(error?.path == path)
            let occupied = folder.appendingPathComponent("occupied")
            try FileManager.default.createDirectory(
                at: occupied.appendingPathComponent("inner"), withIntermediateDirectories: true)
            #expect(throws: FileWriteError.self) { try Safetensors.write(tensors, to: occupied.path) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["occupied"])
        }
    }
}
