/// A model in the Open Neural Network Exchange format (ONNX): a graph of operations, its weights, and what is said of it.
///
/// The format's messages are protocol buffers. This target writes and reads the messages that networks need, and needs
/// nothing else for it; see <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>.
package struct ONNXModel: Sendable {
    /// The version of the set of operations.
    package var operationSet: Int
    /// The program that wrote it.
    package var producer: String
    /// The version of that program.
    package var producerVersion: String
    /// What it is, in words.
    package var description = ""
    /// Facts by name, in the order in which they are written.
    package var metadata: [(key: String, value: String)] = []
    /// The operations.
    package var graph: ONNXGraph

    /// A model without facts.
    package init(operationSet: Int, producer: String, producerVersion: String, graph: ONNXGraph) {
        (self.operationSet, self.producer, self.producerVersion) = (operationSet, producer, producerVersion)
        self.graph = graph
    }
}

/// The operations of a model in the order in which they can run.
package struct ONNXGraph: Sendable {
    /// Its name.
    package var name: String
    /// The operations.
    package var nodes: [ONNXNode] = []
    /// Constant tensors, each with a name.
    package var initializers: [ONNXTensor] = []
    /// What it takes.
    package var inputs: [ONNXValue] = []
    /// What it gives.
    package var outputs: [ONNXValue] = []

    /// A graph without operations.
    package init(name: String) { self.name = name }
}

/// One operation.
package struct ONNXNode: Sendable {
    /// Its kind, such as `Conv`.
    package var operation: String
    /// The set that defines the kind; empty for ONNX's own.
    package var domain = ""
    /// Its own name, which says in many files to which layer it belongs.
    package var name = ""
    /// The names of its operands; empty for one that is left out.
    package var inputs: [String]
    /// The names of its results.
    package var outputs: [String]
    /// By name.
    package var attributes: [String: ONNXAttribute] = [:]
    /// Where in the file it lies.
    package var offset = 0

    /// An operation of ONNX's own set.
    package init(_ operation: String, _ inputs: [String], _ outputs: [String], _ attributes: [String: ONNXAttribute]) {
        (self.operation, self.inputs, self.outputs, self.attributes) = (operation, inputs, outputs, attributes)
    }
}

/// A setting of an operation.
package enum ONNXAttribute: Sendable {
    case float(Float)
    case integer(Int)
    case text(String)
    case floats([Float])
    case integers([Int])
    case tensor(ONNXTensor)
    /// Graphs, types and lists of tensors, which are not kept.
    case other
}

/// What a graph takes or gives.
package struct ONNXValue: Sendable {
    /// An extent: a number, or the name of a number that is known when the graph runs.
    package enum Extent: Sendable, Hashable {
        case fixed(Int)
        case free(String)
    }
    /// The name.
    package var name: String
    /// The type of the numbers.
    package var type: ONNXTensor.Element
    /// One for each axis; nil where the file does not say.
    package var extents: [Extent]?
    /// What it is, in words.
    package var description = ""

    package init(_ name: String, _ type: ONNXTensor.Element, _ extents: [Extent]?, description: String = "") {
        (self.name, self.type, self.extents, self.description) = (name, type, extents, description)
    }
}

/// A constant tensor.
package struct ONNXTensor: Sendable {
    /// The types of numbers by their codes in files.
    package enum Element: Int, Sendable, Hashable {
        case float32 = 1
        case uint8 = 2
        case int8 = 3
        case uint16 = 4
        case int16 = 5
        case int32 = 6
        case int64 = 7
        case text = 8
        case boolean = 9
        case float16 = 10
        case float64 = 11
        case uint32 = 12
        case uint64 = 13
        case bfloat16 = 16

        /// Bytes of a number; nil for texts.
        package var size: Int? {
            switch self {
            case .uint8, .int8, .boolean: 1
            case .uint16, .int16, .float16, .bfloat16: 2
            case .float32, .int32, .uint32: 4
            case .float64, .int64, .uint64: 8
            case .text: nil
            }
        }
    }

    /// Where the numbers are, little-endian in row-major order.
    package enum Content: Sendable {
        /// Here.
        case bytes([UInt8])
        /// In the file that was read.
        case file(Range<Int>)
        /// This many bytes, which a closure provides when they are written.
        case provided(count: Int, @Sendable ((UnsafeRawBufferPointer) throws -> Void) throws -> Void)
        /// In another file.
        case external(String)
    }

    /// The name.
    package var name: String
    /// The extents.
    package var extents: [Int]
    /// The type of the numbers.
    package var element: Element
    /// The numbers.
    package var content: Content

    package init(_ name: String, _ extents: [Int], _ element: Element, _ content: Content) {
        (self.name, self.extents, self.element, self.content) = (name, extents, element, content)
    }

    /// Whole numbers in one row, or a single one without axes.
    package init(_ name: String, integers: [Int], isScalar: Bool = false) {
        let bytes = integers.flatMap { value in withUnsafeBytes(of: Int64(value).littleEndian) { Array($0) } }
        self.init(name, isScalar ? [] : [integers.count], .int64, .bytes(bytes))
    }

    /// Numbers.
    package init(_ name: String, floats: [Float], extents: [Int]) {
        let bytes = floats.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
        self.init(name, extents, .float32, .bytes(bytes))
    }
}
