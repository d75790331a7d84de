import Foundation
import Layers
import TensorCore
import TestSupport

@testable import ForeignWeights

/// The files in `Tests/Fixtures/ForeignWeights`.
enum FixtureFiles {
    static func path(_ name: String) -> String { Fixtures.path("ForeignWeights/" + name) }

    static func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Fixtures.data("ForeignWeights/" + name)) }

    static func expected(_ name: String) throws -> [String: Tensor] {
        try Safetensors.read(path(name + ".expected.safetensors")).tensors
    }
}

/// What reading the bytes fails with; nil when it does not.
func failure(_ bytes: [UInt8], limits: ForeignWeightsLimits = .init()) -> ForeignWeightsError.Cause? {
    do throws(ForeignWeightsError) {
        _ = try ForeignWeights(bytes: bytes, path: "x.pth", limits: limits)
        return nil
    } catch {
        return error.cause
    }
}

/// Instructions of pickles, written down one by one.
struct Instructions {
    private(set) var bytes: [UInt8] = [0x80, 2]

    static func little(_ value: UInt64, _ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    }

    /// Instructions by their letters, as `pickletools` shows them.
    mutating func raw(_ letters: String) { bytes += Array(letters.utf8) }
    mutating func raw(_ more: [UInt8]) { bytes += more }
    mutating func text(_ value: String) {
        raw([0x58] + Self.little(UInt64(value.utf8.count), 4))
        raw(value)
    }
    mutating func global(_ module: String, _ name: String) { raw("c\(module)\n\(name)\n") }
    mutating func integer(_ value: Int) { raw([0x4A] + Self.little(UInt64(bitPattern: Int64(value)), 4)) }
    mutating func integers(_ values: [Int]) {
        raw("(")
        for value in values { integer(value) }
        raw("t")
    }

    /// A tensor in `data/KEY`.
    mutating func tensor(
        stored: Int, offset: Int = 0, shape: [Int], strides: [Int], type: String = "FloatStorage", key: String = "0"
    ) {
        global("torch._utils", "_rebuild_tensor_v2")
        raw("((")
        text("storage")
        global("torch", type)
        text(key)
        text("cpu")
        integer(stored)
        raw("tQ")
        integer(offset)
        integers(shape)
        integers(strides)
        raw([0x89])
        global("collections", "OrderedDict")
        raw(")RtR")
    }

    /// A dictionary of one tensor, complete.
    static func dictionary(_ fill: (inout Instructions) -> Void) -> [UInt8] {
        var result = Instructions()
        result.raw("}")
        result.text("a")
        fill(&result)
        result.raw("s.")
        return result.bytes
    }
}

/// A zip archive of stored entries, whose fields can be made to lie.
struct ArchiveBytes {
    struct Entry {
        var name: String
        var content: [UInt8]
        var method: UInt64 = 0
        var flags: UInt64 = 0
        var checksum: UInt64 = 0
        var size: UInt64?
        var compressedSize: UInt64?
        var localName: String?
        var headerOffset: UInt64?
    }

    static func make(_ entries: [Entry], comment: String = "", directoryOffset: UInt64? = nil) -> [UInt8] {
        let little = Instructions.little
        var (bytes, directory): ([UInt8], [UInt8]) = ([], [])
        for entry in entries {
            let place = entry.headerOffset ?? UInt64(bytes.count)
            let sizes =
                little(entry.checksum, 4)
                + little(entry.compressedSize ?? UInt64(entry.content.count), 4)
                + little(entry.size ?? UInt64(entry.content.count), 4)
            let name = Array(entry.name.utf8)
            let localName = Array((entry.localName ?? entry.name).utf8)
            let common = little(20, 2) + little(entry.flags, 2) + little(entry.method, 2) + little(0, 4) + sizes
            bytes += [0x50, 0x4B, 3, 4] + common + little(UInt64(localName.count), 2) + little(0, 2) + localName
            bytes += entry.content
            directory += [0x50, 0x4B, 1, 2] + little(20, 2) + common + little(UInt64(name.count), 2)
            directory += little(0, 12) + little(place, 4) + name
        }
        let start = directoryOffset ?? UInt64(bytes.count)
        let count = little(UInt64(entries.count), 2)
        bytes += directory + [0x50, 0x4B, 5, 6] + little(0, 4) + count + count
        bytes += little(UInt64(directory.count), 4) + little(start, 4) + little(UInt64(comment.utf8.count), 2)
        return bytes + Array(comment.utf8)
    }

    /// A PyTorch file of a pickle and one storage.
    static func pytorch(_ pickle: [UInt8], storage: [UInt8] = [UInt8](repeating: 0, count: 16)) -> [UInt8] {
        make([.init(name: "m/data.pkl", content: pickle), .init(name: "m/data/0", content: storage)])
    }
}
