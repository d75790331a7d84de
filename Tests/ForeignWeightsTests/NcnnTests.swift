import Atelier
import Files
import Foundation
import Models
import SuperResolution
import TensorCore
import Testing

@testable import ForeignWeights

/// ncnn's pairs of files; ncnn itself computed with them what PyTorch computes (see make_fixtures.py).
@Suite struct NcnnTests {
    @Test(arguments: ["ncnn-compact", "ncnn-compact-half", "ncnn-rrdb"])
    func weightsHavePyTorchsNames(_ name: String) throws {
        let expected = try FixtureFiles.expected(name)
        for ending in ["param", "bin"] {
            let weights = try ForeignWeights(path: FixtureFiles.path("\(name).\(ending)"))
            #expect(weights.format == .ncnn)
            let network = try [Architecture].known.detect(weights)
            #expect(network.tensors.keys.sorted() == expected.keys.sorted())
            for (key, tensor) in expected { #expect(network.tensors[key]?.values == tensor.values, "\(key)") }
        }
    }

    private func network(_ name: String, _ change: (String) -> String) throws -> DetectedNetwork {
        let text = change(String(decoding: try FixtureFiles.bytes(name + ".param"), as: UTF8.self))
        let model = try NcnnModel(
            param: ByteSource(Array(text.utf8)), bin: ByteSource(try FixtureFiles.bytes(name + ".bin")), limits: .init()
        )
        return try [Architecture].known.detect(NcnnSteps(model))
    }

    @Test func aFinalResizeIsKept() throws {
        let resized = try network("ncnn-compact") { text in
            text.replacing("\n12 14\n", with: "\n13 15\n")
                + "Interp last 1 1 blob13 y 0=3 1=5.000000e-01 2=5.000000e-01\n"
        }
        #expect(resized.configuration.architecture.id == "compact")
        let compact = try #require(resized.configuration.parameters as? CompactParameters)
        #expect(compact.resize == 0.5)
        #expect(compact.depth == 2 && compact.features == 5 && compact.scale == 2)
    }

    @Test func graphsOfOtherNetworksAreRefused() throws {
        let changes: [(String, String, String)] = [
            ("ncnn-compact", "PixelShuffle", "Softmax"), ("ncnn-compact", " 4=1 ", " 4=0 "),
            ("ncnn-compact", "Interp", "LSTM"), ("ncnn-compact", "0=1 1=2.0", "0=2 1=2.0"),
            ("ncnn-rrdb", "2.000000e-01,1.000000e+00", "3.000000e-01,1.000000e+00"),
            ("ncnn-rrdb", "-23310=1,2.000000e-01", "-23310=1,1.000000e-01"), ("ncnn-rrdb", "BinaryOp", "Noop"),
            ("ncnn-rrdb", "9=2", "9=4"),
        ]
        for (name, old, new) in changes {
            #expect(throws: ForeignWeightsError.Cause.self, "\(old)") {
                try network(name) { $0.replacing(old, with: new) }
            }
        }
    }

    @Test func damagedPairs() throws {
        let (param, bin) = (try FixtureFiles.bytes("ncnn-rrdb.param"), try FixtureFiles.bytes("ncnn-rrdb.bin"))
        func read(_ param: [UInt8], _ bin: [UInt8]) throws {
            let model = try NcnnModel(param: ByteSource(param), bin: ByteSource(bin), limits: .init())
            _ = try [Architecture].known.detect(NcnnSteps(model))
        }
        try read(param, bin)
        for length in stride(from: 0, to: bin.count, by: 7) {
            #expect(throws: ForeignWeightsError.Cause.self) { try read(param, Array(bin.prefix(length))) }
        }
        for length in stride(from: 0, to: param.count - 1, by: 5) {
            #expect(throws: ForeignWeightsError.Cause.self) { try read(Array(param.prefix(length)), bin) }
        }
        #expect(throws: ForeignWeightsError.Cause.self) { try read(param, bin + [0, 0, 0, 0]) }
        for text in [
            "", "7767517", "7767517\n", "7767517\n1", "7767517\n999999999 1\n", "7767517\n-1 1\n", "7767517\n1 1\nx",
            "7767517\n1 1\nConvolution c 1 1 a b 0=999999999 1=999999999 6=999999999\n",
            "7767517\n1 1\nConvolution c 1 1 a b 0=-1 1=3 6=9\n", "7767517\n1 1\nPReLU p 1 1 a b 0=1e300\n",
            "7767517\n1 1\nPReLU p 999999999999999999999 1 a b\n", "7767517\n1 1\nPReLU p 1 1 a b 0=nan\n",
            "7767517\n1 1\nPReLU p 1 1 a b 0=900000000\n", "7767517\n1 1\nConcat c 1 1 a b -23300=99999999,1\n",
            "7767517\n2 2\nPReLU p 1 1 a b 0=1\nPixelShuffle s 1 1 b c 0=2\n",
        ] {
            #expect(throws: ForeignWeightsError.Cause.self, "\(text)") { try read(Array(text.utf8), [0, 0, 0, 0]) }
        }
    }

    @Test func aMissingHalfIsNamed() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ncnn-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("a.param").path
        try FileManager.default.copyItem(atPath: FixtureFiles.path("ncnn-rrdb.param"), toPath: path)
        #expect {
            try ForeignWeights(path: path)
        } throws: {
            "\($0)".hasSuffix("a.bin: there is no such file")
        }
    }
}
