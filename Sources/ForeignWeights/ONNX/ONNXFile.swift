import Files
import Layers
import ONNX
import TensorCore

/// An ONNX file: its graph, and the constants in it. Nothing of it is executed.
struct ONNXFile: Sendable {
    let graph: ONNXGraph
    /// Constant tensors by the names of the values that they are.
    let constants: [String: ONNXTensor]
    private let source: ByteSource
    private let limits: ForeignWeightsLimits

    /// - Throws: ``ForeignWeightsError/Cause``.
    init(_ source: ByteSource, limits: ForeignWeightsLimits) throws {
        (self.source, self.limits) = (source, limits)
        var reading = ONNXLimits()
        reading.descriptionBytes = limits.descriptionBytes
        do { graph = try ONNXModel(source, limits: reading).graph } catch { throw ForeignWeightsError.Cause(error) }
        var constants = Dictionary(
            graph.initializers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for node in graph.nodes where node.domain.isEmpty {
            guard let output = node.outputs.first else { continue }
            switch node.operation {
            case "Constant": constants[output] = node.constant
            case "Identity", "Cast": constants[output] = node.inputs.first.flatMap { constants[$0] }
            default: break
            }
        }
        for tensor in constants.values {
            guard case .external(let file) = tensor.content else { continue }
            throw ForeignWeightsError.Cause.refused(
                "keeps its weights in another file, “\(printable(file))”, which is not read; in Python, "
                    + "onnx.save_model(onnx.load(FILE), ONE, save_as_external_data=False) makes one file of both",
                .init(part: nil, offset: 0))
        }
        self.constants = constants
        try checkTotal(floats: constants.values.reduce(0) { $0 + ($1.isOfFloats ? $1.count : 0) })
    }

    /// Throws if the file may not give that many numbers.
    func checkTotal(floats: Int) throws { try limits.checkTotal(floats: floats, fileSize: source.size) }

    /// A constant of floats, in another shape of as many numbers if one is given.
    ///
    /// - Throws: ``ForeignWeightsError/Cause``.
    func tensor(_ constant: ONNXTensor, as shape: [Int]? = nil) throws -> Tensor {
        guard let type = constant.numberType else {
            throw ForeignWeightsError.Cause.noTensors("\(printable(constant.name)) has no numbers")
        }
        let bytes = try bytes(of: constant)
        return bytes.withUnsafeBytes { bytes in
            Tensor(shape: Shape(shape ?? constant.extents)) { type.read(bytes, into: $0) }
        }
    }

    /// The numbers of a small constant; nil if it is large or no constant.
    func numbers(_ name: String) throws -> [Float]? {
        guard let constant = constants[name], let type = constant.numberType, constant.count <= 64 else { return nil }
        let bytes = try bytes(of: constant)
        var values = [Float](repeating: 0, count: constant.count)
        bytes.withUnsafeBytes { bytes in values.withUnsafeMutableBufferPointer { type.read(bytes, into: $0) } }
        return values
    }

    private func bytes(of constant: ONNXTensor) throws -> [UInt8] {
        switch constant.content {
        case .bytes(let bytes): return bytes
        case .file(let range):
            do { return try source.bytes(at: range.lowerBound, count: range.count) } catch {
                throw ForeignWeightsError.Cause(error)
            }
        case .provided, .external: return []
        }
    }
}

extension ONNXNode {
    /// The value of a node that is a constant.
    fileprivate var constant: ONNXTensor? {
        let name = outputs.first ?? ""
        for attribute in attributes {
            switch (attribute.key, attribute.value) {
            case ("value", .tensor(var tensor)):
                tensor.name = name
                return tensor
            case ("value_float", .float(let value)): return ONNXTensor(name, floats: [value], extents: [])
            case ("value_floats", .floats(let values)):
                return ONNXTensor(name, floats: values, extents: [values.count])
            case ("value_int", .integer(let value)): return ONNXTensor(name, integers: [value], isScalar: true)
            case ("value_ints", .integers(let values)): return ONNXTensor(name, integers: values)
            default: break
            }
        }
        return nil
    }

    /// A whole number among the attributes.
    func integer(_ name: String) -> Int? {
        if case .integer(let value)? = attributes[name] { value } else { nil }
    }

    /// Whole numbers among the attributes.
    func integers(_ name: String) -> [Int]? {
        if case .integers(let values)? = attributes[name] { values } else { nil }
    }

    /// A text among the attributes.
    func text(_ name: String) -> String? {
        if case .text(let value)? = attributes[name] { value } else { nil }
    }
}

extension ONNXTensor {
    /// How many numbers it has; the reader has checked that they exist.
    var count: Int { extents.reduce(1, *) }

    var isOfFloats: Bool { [.float32, .float16, .bfloat16, .float64].contains(element) }

    var numberType: NumberType? {
        switch element {
        case .float32: .float32
        case .float16: .float16
        case .bfloat16: .bfloat16
        case .float64: .float64
        case .int64: .int64
        case .int32: .int32
        case .int16: .int16
        case .int8: .int8
        case .uint8: .uint8
        case .boolean: .bool
        case .text, .uint16, .uint32, .uint64: nil
        }
    }
}
