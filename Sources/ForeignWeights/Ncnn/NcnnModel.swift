import Files
import Layers
import TensorCore

/// An ncnn network: the graph and the weights of its layers, which lie in the `.bin` file in the graph's order.
struct NcnnModel {
    let graph: NcnnGraph
    /// By the layer's name and `weight`, `bias`, `mean` or `variance`.
    private(set) var tensors: [String: Tensor] = [:]
    /// How many numbers of each type the file has.
    private(set) var numberTypes: [NumberType: Int] = [:]

    /// The tag in front of a layer's weights, which gives their number type.
    private enum Tag: UInt64 {
        case float32 = 0
        case float16 = 0x0130_6B47
        case rawFloat32 = 0x0002_C056
    }

    /// Layers without weights.
    private static let plain: Set<String> = [
        "Input", "Split", "Concat", "Eltwise", "BinaryOp", "UnaryOp", "Interp", "PixelShuffle", "ReLU", "Sigmoid",
        "TanH", "Padding", "Crop", "Permute", "Reshape", "Noop", "Dropout", "Clip", "Reorg", "Softmax", "Pooling",
        "Swish",
    ]

    /// - Throws: ``ForeignWeightsError/Cause``.
    init(param: ByteSource, bin: ByteSource, limits: ForeignWeightsLimits) throws {
        do {
            try self.init(reading: param, bin, limits)
        } catch let error as FileFormatError {
            throw ForeignWeightsError.Cause(error)
        }
    }

    private init(reading param: ByteSource, _ bin: ByteSource, _ limits: ForeignWeightsLimits) throws {
        guard param.size <= limits.descriptionBytes else {
            throw ForeignWeightsError.Cause.tooLarge("its graph has \(param.size) bytes")
        }
        if let words = Placeholder.words(for: try bin.bytes(at: 0, upTo: 64)) {
            throw ForeignWeightsError.Cause.malformed(words, .init(part: ".bin", offset: 0))
        }
        graph = try NcnnGraph(param.bytes(at: 0, count: param.size), part: ".param")
        var reader = Reader(source: bin, limits: limits)
        for layer in graph.layers { try readWeights(of: layer, &reader) }
        numberTypes = reader.numberTypes
        guard reader.position == bin.size else {
            throw ForeignWeightsError.Cause.malformed("weights are left over", reader.place)
        }
    }

    private mutating func readWeights(of layer: NcnnGraph.Layer, _ reader: inout Reader) throws {
        func malformed(_ reason: String) -> ForeignWeightsError.Cause {
            .malformed("\(reason) of the layer \(printable(layer.name))", layer.place)
        }
        func count(_ key: Int, default value: Int = 0) throws -> Int {
            guard let count = layer.count(key, default: value) else { throw malformed("parameter \(key)") }
            return count
        }
        func put(_ name: String, _ shape: [Int], tagged: Bool = false) throws {
            let key = layer.name + "." + name
            guard tensors[key] == nil else { throw malformed("a second \(name)") }
            tensors[key] = try reader.read(Shape(shape), tagged: tagged)
        }
        switch layer.type {
        case "Convolution", "Deconvolution":
            let (outputs, width, size) = (try count(0), try count(1), try count(6))
            let height = try count(11, default: width)
            let (kernel, overflows) = width.multipliedReportingOverflow(by: height)
            let slice = kernel.multipliedReportingOverflow(by: outputs)
            guard !overflows, !slice.overflow, slice.partialValue > 0, size % slice.partialValue == 0 else {
                throw malformed("the size \(size)")
            }
            guard try count(8) == 0 else { throw malformed("8-bit weights, which are not supported,") }
            try put("weight", [outputs, size / slice.partialValue, height, width], tagged: true)
            if try count(5) != 0 { try put("bias", [outputs]) }
        case "InnerProduct":
            let (outputs, size) = (try count(0), try count(2))
            guard outputs > 0, size % outputs == 0 else { throw malformed("the size \(size)") }
            try put("weight", [outputs, size / outputs], tagged: true)
            if try count(1) != 0 { try put("bias", [outputs]) }
        case "PReLU": try put("weight", [try count(0)])
        case "BatchNorm":
            let channels = try count(0)
            for name in ["weight", "mean", "variance", "bias"] { try put(name, [channels]) }
        case "MemoryData":
            let extents = try [count(0), count(1), count(2)].filter { $0 != 0 }
            let size = extents.reduce(1.0) { $0 * Double($1) }
            guard !extents.isEmpty, size <= 1e9, try count(11) == 0 else { throw malformed("the extents") }
            try put("weight", extents.reversed())
        // With two operands, one is the factor of the other.
        case "Scale" where layer.inputs.count == 2: break
        case _ where Self.plain.contains(layer.type): break
        default:
            throw ForeignWeightsError.Cause.unknownNetwork(
                "the ncnn layer type \(printable(layer.type)) is not read here")
        }
    }

    private struct Reader {
        let source: ByteSource
        let limits: ForeignWeightsLimits
        var position = 0
        var floats = 0
        var numberTypes: [NumberType: Int] = [:]

        var place: ForeignWeightsError.Place { .init(part: ".bin", offset: position) }

        mutating func read(_ shape: Shape, tagged: Bool) throws -> Tensor {
            var type = NumberType.float32
            if tagged {
                var cursor = ByteCursor(try take(4))
                let code = try cursor.takeUnsigned(4)
                guard let tag = Tag(rawValue: code) else {
                    throw ForeignWeightsError.Cause.malformed(
                        "weights marked 0x\(String(code, radix: 16)), which are not read here,", place)
                }
                if tag == .float16 { type = .float16 }
            }
            floats += shape.count
            numberTypes[type, default: 0] += shape.count
            try limits.checkTotal(floats: floats, fileSize: source.size)
            let bytes = try take((shape.count * type.size + 3) / 4 * 4)
            return bytes.withUnsafeBytes { bytes in Tensor(shape: shape) { type.read(bytes, into: $0) } }
        }

        private mutating func take(_ count: Int) throws -> [UInt8] {
            guard count <= source.size - position else {
                throw ForeignWeightsError.Cause.truncated(.init(part: ".bin", offset: source.size))
            }
            defer { position += count }
            return try source.bytes(at: position, count: count)
        }
    }
}
