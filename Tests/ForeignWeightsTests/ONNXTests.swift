import Atelier
import Files
import Layers
import Models
import ONNX
import SuperResolution
import TensorCore
import Testing

@testable import ForeignWeights

/// Files that PyTorch's exporters wrote, against what PyTorch computes with them (see onnx_files.py).
@Suite struct ONNXTests {
    @Test(arguments: [
        ("onnx-compact", "onnx-compact", 1e-5 as Float), ("onnx-compact-dynamo", "onnx-compact-dynamo", 1e-5),
        ("onnx-compact-numbers", "onnx-compact", 1e-5), ("onnx-compact-half", "onnx-compact", 5e-3),
        ("onnx-esrgan", "onnx-esrgan", 1e-5), ("onnx-esrgan-numbers", "onnx-esrgan", 1e-5),
    ])
    func networksComputeWhatPyTorchDoes(_ file: String, _ answer: String, _ tolerance: Float) throws {
        let weights = try ForeignWeights(path: FixtureFiles.path(file + ".onnx"))
        #expect(weights.format == .onnx)
        let network = try [Architecture].known.detect(weights)
        #expect(network.configuration.architecture.id == (file.contains("esrgan") ? "rrdb" : "compact"))
        let module = try network.configuration.makeNetwork(random: Random(seed: 0))
        try module.load(network.tensors)
        let generator = try #require(module as? any UpscalingGenerator)
        let expected = try FixtureFiles.expected(answer)
        let output = generator(try #require(expected["input"]), .inference)
        let target = try #require(expected["output"])
        #expect(output.shape == target.shape)
        let difference = zip(output.values, target.values).map { abs($0 - $1) }.max() ?? .infinity
        #expect(difference < tolerance, "\(difference)")
    }

    @Test func weightsInOtherFilesAreNamed() throws {
        let cause = failure(try FixtureFiles.bytes("onnx-external.onnx"))
        guard case .refused(let words, _)? = cause else { return #expect(Bool(false), "\(String(describing: cause))") }
        #expect(words.contains("weights.bin"))
    }

    @Test func everyCutIsAnError() throws {
        let bytes = try FixtureFiles.bytes("onnx-compact.onnx")
        for end in stride(from: 8, to: bytes.count, by: 97) {
            guard let weights = try? ForeignWeights(bytes: Array(bytes[..<end]), path: "x.onnx") else { continue }
            #expect(throws: ForeignWeightsError.self, "\(end)") { try [Architecture].known.detect(weights) }
        }
    }

    @Test func limitsHold() throws {
        let bytes = try FixtureFiles.bytes("onnx-compact.onnx")
        var limits = ONNXLimits()
        limits.entries = 5
        #expect(throws: FileFormatError.self) { try ONNXModel(ByteSource(bytes), limits: limits) }
        limits = ONNXLimits()
        limits.descriptionBytes = 100
        #expect(throws: FileFormatError.self) { try ONNXModel(ByteSource(bytes), limits: limits) }
        var most = ForeignWeightsLimits()
        most.tensorBytes = 1000
        guard case .tooLarge? = failure(bytes, limits: most) else { return #expect(Bool(false), "not too large") }
    }

    @Test func messagesThatContradictThemselves() {
        let messages: [[UInt8]] = [
            [0x08, 0x08, 0x3A, 0x05, 0x2A, 0x03, 0x08, 0x02, 0x10],  // a tensor that ends in a tag
            [0x08, 0x08, 0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],  // a graph longer than the file
            [0x08, 0x08, 0x12, 0x00],  // no graph
            [0x08, 0x08, 0x3A, 0x06, 0x2A, 0x04, 0x08, 0x02, 0x10, 0x01],  // two numbers without contents
            [0x08, 0x08, 0x3A, 0x06, 0x2A, 0x04, 0x08, 0x02, 0x10, 0x63],  // a type that does not exist
            [0x08, 0x08, 0x3B, 0x00], [0x08, 0x08, 0x3A] + [UInt8](repeating: 0x80, count: 12),
        ]
        for message in messages { #expect(failure(message + [0]) != nil, "\(message)") }
    }

    @Test func otherGraphsAreNoNetwork() throws {
        var graph = ONNXGraph(name: "sum")
        graph.inputs = [ONNXValue("x", .float32, nil)]
        graph.initializers = [ONNXTensor("layer.weight", floats: [1, 2], extents: [2])]
        graph.nodes = [ONNXNode("Add", ["x", "layer.weight"], ["y"], [:])]
        graph.outputs = [ONNXValue("y", .float32, nil)]
        let bytes = try ONNXModel(operationSet: 17, producer: "t", producerVersion: "1", graph: graph).bytes
        let weights = try ForeignWeights(bytes: bytes, path: "x.onnx")
        #expect(weights.tensors["layer.weight"]?.values == [1, 2])
        #expect(throws: ForeignWeightsError.self) { try [Architecture].known.detect(weights) }
    }
}
