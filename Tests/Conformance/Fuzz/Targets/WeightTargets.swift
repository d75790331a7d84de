import Atelier
import Files
import ForeignWeights
import Foundation
import Layers
import Models
import TensorCore

extension FuzzTarget {
    /// PyTorch's files: a zip archive with a pickle, and the old format.
    static let pickle = FuzzTarget("pickle") { try read($0, as: "x.pth") }

    /// Safetensors from other programs, and as model folders have them.
    static let safetensors = FuzzTarget("safetensors") { bytes in
        try read(bytes, as: "x.safetensors")
        guard let content = try? Safetensors.decode(Data(bytes), path: "x") else { return }
        try check(content.tensors, from: bytes)
        // What was read can be written, and comes back as it was.
        try ScratchFolder.shared.inside { folder in
            let path = folder + "/again.safetensors"
            try Safetensors.write(content.tensors, to: path, metadata: content.metadata)
            let again = try Safetensors.read(path)
            try expect(again.metadata == content.metadata, "other metadata")
            for (name, tensor) in content.tensors {
                let same = again.tensors[name].map { $0.shape == tensor.shape && $0.hasSameBits(as: tensor) }
                try expect(same == true, "the tensor \(name) is another")
            }
        }
    }

    /// ncnn's graph and weights: the graph, a zero byte, the weights.
    static let ncnn = FuzzTarget("ncnn") { bytes in
        let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
        try ScratchFolder.shared.inside { folder in
            try Data(parts[0]).write(to: URL(fileURLWithPath: folder + "/x.param"))
            try Data(parts.count > 1 ? Array(parts[1]) : []).write(to: URL(fileURLWithPath: folder + "/x.bin"))
            guard let weights = try? ForeignWeights(path: folder + "/x.param") else { return }
            try check(weights.tensors, from: bytes)
            try detect(weights)
        }
    }

    /// ONNX's graphs with their weights.
    static let onnx = FuzzTarget("onnx") { try read($0, as: "x.onnx") }

    private static func read(_ bytes: [UInt8], as path: String) throws {
        guard let weights = try? ForeignWeights(bytes: bytes, path: path) else { return }
        try check(weights.tensors, from: bytes)
        for part in weights.parts.prefix(8) {
            guard let tensors = try? weights.tensors(of: part, named: part.entries.keys) else { continue }
            for (name, tensor) in tensors {
                try expect(tensor.shape.dimensions == part.entries[name]?.shape, "\(name) has another shape")
            }
        }
        try detect(weights)
    }

    private static func detect(_ weights: ForeignWeights) throws {
        guard let network = try? [Architecture].known.detect(weights) else { return }
        let module = try network.configuration.makeNetwork(random: Random(seed: 0))
        // Detected tensors fit, or detection is wrong.
        try module.load(network.tensors)
    }

    /// All numbers are there, and not many more than the file can hold.
    private static func check(_ tensors: [String: Tensor], from bytes: [UInt8]) throws {
        var numbers = 0
        for tensor in tensors.values {
            numbers += tensor.withValues { $0.count }
            _ = tensor.isFinite
        }
        try expect(numbers <= (1 << 20) / 4 + 8 * bytes.count, "\(numbers) numbers from \(bytes.count) bytes")
    }
}

extension Tensor {
    fileprivate func hasSameBits(as other: Tensor) -> Bool {
        zip(values, other.values).allSatisfy { $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN) }
    }
}
