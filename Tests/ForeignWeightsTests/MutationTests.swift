import Atelier
import Files
import Foundation
import Models
import TestSupport
import Testing

@testable import ForeignWeights

/// Mutated files: whatever comes, the answer is tensors or an error. `FUZZ_INPUTS` asks for more of them.
@Suite struct MutationTests {
    private static let inputs = Int(ProcessInfo.processInfo.environment["FUZZ_INPUTS"] ?? "") ?? 250

    @Test(arguments: [
        "values.pth", "values-legacy.pth", "values-deflated.pth", "values-zip64.pth", "values-protocol4.pth",
        "wrapped.pth", "wrapped-legacy.pth", "nested.pth", "plain.safetensors", "number.pth",
    ])
    func mutatedFilesNeverCrash(_ name: String) throws {
        let whole = try FixtureFiles.bytes(name)
        var random = SplitMix(UInt64(whole.count))
        for _ in 0..<Self.inputs {
            let bytes = mutated(whole, &random)
            guard let weights = try? ForeignWeights(bytes: bytes, path: name) else { continue }
            #expect(weights.tensors.values.reduce(0) { $0 + $1.count } <= (1 << 20) / 4 + 4 * bytes.count)
            _ = try? [Architecture].known.detect(weights)
        }
    }

    @Test(arguments: ["ncnn-compact-half", "ncnn-rrdb"])
    func mutatedGraphsNeverCrash(_ name: String) throws {
        let (param, bin) = (try FixtureFiles.bytes(name + ".param"), try FixtureFiles.bytes(name + ".bin"))
        var random = SplitMix(5)
        for _ in 0..<Self.inputs {
            let model = try? NcnnModel(
                param: ByteSource(mutated(param, &random)), bin: ByteSource(bin), limits: .init())
            _ = try? model.map { try [Architecture].known.detect(NcnnSteps($0)) }
        }
    }

    /// Some bytes changed, a piece removed, doubled or replaced by a number that is often trouble.
    private func mutated(_ whole: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        var bytes = whole
        func below(_ bound: Int) -> Int { Int(random.next() % UInt64(max(bound, 1))) }
        for _ in 0...below(4) where !bytes.isEmpty {
            let at = below(bytes.count)
            let length = min(1 + below(16), bytes.count - at)
            switch below(6) {
            case 0: bytes[at] = UInt8(below(256))
            case 1: bytes[at] ^= 1 << UInt8(below(8))
            case 2: bytes.removeSubrange(at..<at + length)
            case 3: bytes.insert(contentsOf: bytes[at..<at + length], at: below(bytes.count))
            case 4:
                bytes.replaceSubrange(
                    at..<at + min(4, length), with: [[0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0]][below(2)])
            default: bytes[at] = [0x28, 0x2E, 0x30, 0x52, 0x51, 0x62, 0x63, 0x73, 0x74, 0x75, 0x85, 0x93][below(12)]
            }
        }
        return bytes
    }
}
