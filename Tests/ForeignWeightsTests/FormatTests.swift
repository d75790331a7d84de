import Foundation
import TensorCore
import Testing

@testable import ForeignWeights

/// Files as PyTorch writes them, against what PyTorch says is in them.
@Suite struct FormatTests {
    private func expectEqual(
        _ found: [String: Tensor], _ expected: [String: Tensor], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(found.keys.sorted() == expected.keys.sorted(), sourceLocation: sourceLocation)
        for (name, tensor) in expected {
            #expect(found[name]?.shape == tensor.shape, "\(name)", sourceLocation: sourceLocation)
            #expect(found[name]?.values == tensor.values, "\(name)", sourceLocation: sourceLocation)
        }
    }

    @Test(arguments: [
        "values.pth", "values-legacy.pth", "values-deflated.pth", "values-zip64.pth", "values-unchecked.pth",
        "values-protocol3.pth", "values-protocol4.pth", "values-protocol5.pth",
    ])
    func everyKindOfNumberAndView(_ name: String) throws {
        let expected = try FixtureFiles.expected("values")
        let weights = try ForeignWeights(path: FixtureFiles.path(name))
        #expect(weights.format == (name.contains("legacy") ? .legacyPyTorch : .pytorch))
        expectEqual(weights.tensors, expected)
        expectEqual(try ForeignWeights(bytes: FixtureFiles.bytes(name), path: name).tensors, expected)
    }

    @Test func bigEndianNumbers() throws {
        let weights = try ForeignWeights(path: FixtureFiles.path("big-endian.pth"))
        expectEqual(weights.tensors, try FixtureFiles.expected("big-endian"))
    }

    @Test(arguments: ["wrapped.pth", "wrapped-legacy.pth", "nested.pth", "plain.safetensors"])
    func wrappersAndPrefixesAreLookedThrough(_ name: String) throws {
        let weights = try ForeignWeights(path: FixtureFiles.path(name))
        expectEqual(weights.tensors, try FixtureFiles.expected("wrapped"))
    }

    @Test func filesWithoutTensors() throws {
        guard case .noTensors(let reason)? = failure(try FixtureFiles.bytes("no-tensors.pth")) else {
            Issue.record("no-tensors.pth")
            return
        }
        #expect(reason == "its keys are epoch (a number), names (a list)")
        #expect(failure(try FixtureFiles.bytes("number.pth")) == .noTensors("it holds a number"))
        #expect(failure(ArchiveBytes.pytorch([0x80, 2, 0x7D, 0x2E])) == .noTensors("the dictionary is empty"))
        #expect(failure([0x80, 4, 0x7D, 0x2E]) == .noTensors("the dictionary is empty"))
    }

    @Test func programsWithoutWeightsAreRefused() throws {
        guard case .noTensors(let reason)? = failure(try FixtureFiles.bytes("script.pth")) else {
            Issue.record("script.pth")
            return
        }
        #expect(reason.contains("TorchScript"))
    }

    @Test func otherFiles() throws {
        for bytes: [UInt8] in [
            [], [1], Array("<html>".utf8), [0x80, 9, 0x7D, 0x2E], [0x89, 0x48, 0x44, 0x46, 0, 0, 0],
        ] {
            guard case .unknownFormat? = failure(bytes) else {
                Issue.record("\(bytes)")
                continue
            }
        }
        for path in ["/nonexistent/x.pth", "/tmp", "/dev/zero"] {
            #expect {
                try ForeignWeights(path: path)
            } throws: { error in
                guard case .unreadable? = (error as? ForeignWeightsError)?.cause else { return false }
                return "\(error)".contains(path)
            }
        }
    }

    /// A pipe that nobody writes to does not keep the reader waiting.
    @Test func pipesAreRefusedAtOnce() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("pipe-\(UUID().uuidString)").path
        try #require(mkfifo(path, 0o600) == 0)
        defer { unlink(path) }
        #expect(throws: ForeignWeightsError.self) { try ForeignWeights(path: path) }
    }
}
