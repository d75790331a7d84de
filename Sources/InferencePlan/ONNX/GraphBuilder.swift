import ONNX
import TensorCore

/// Collects the operations and constants of an ONNX graph.
final class GraphBuilder {
    private(set) var nodes: [ONNXNode] = []
    private(set) var initializers: [ONNXTensor] = []
    private let weightNames: [UInt64: String]
    private var taken: Set<String>
    private var lists: [[Int]: String] = [:]
    private var scalars: [UInt32: String] = [:]
    private var tensors: [Key: String] = [:]
    private var count = 0

    private struct Key: Hashable {
        let identity: UInt64
        let shape: Shape
    }

    /// - Parameters:
    ///   - weightNames: the names of weights by their identities.
    ///   - inputs: the names of the graph's inputs.
    init(weightNames: [UInt64: String], inputs: [String]) {
        self.weightNames = weightNames
        taken = Set(inputs)
    }

    private func fresh(_ word: String) -> String {
        count += 1
        let name = "\(word)_\(count)"
        return taken.insert(name).inserted ? name : fresh(word)
    }

    /// Appends an operation with one result, and returns the name of the result.
    func node(_ operation: String, _ inputs: [String], _ attributes: [String: ONNXAttribute] = [:]) -> String {
        results(1, of: operation, inputs, attributes)[0]
    }

    /// Appends an operation with two results, and returns the name of the second; the first is not used.
    func second(of operation: String, _ inputs: [String], _ attributes: [String: ONNXAttribute] = [:]) -> String {
        results(2, of: operation, inputs, attributes)[1]
    }

    private func results(
        _ count: Int, of operation: String, _ inputs: [String], _ attributes: [String: ONNXAttribute]
    ) -> [String] {
        let names = (0..<count).map { _ in fresh(operation) }
        nodes.append(ONNXNode(operation, inputs, names, attributes))
        return names
    }

    /// Gives the last result the name of an output of the graph.
    func output(_ value: String, named name: String) {
        nodes.append(ONNXNode("Identity", [value], [name], [:]))
    }

    /// A list of whole numbers.
    func list(_ numbers: [Int]) -> String {
        if let known = lists[numbers] { return known }
        let name = fresh("numbers")
        initializers.append(ONNXTensor(name, integers: numbers))
        lists[numbers] = name
        return name
    }

    /// A number without axes.
    func scalar(_ number: Float) -> String {
        if let known = scalars[number.bitPattern] { return known }
        let name = fresh("number")
        initializers.append(ONNXTensor(name, floats: [number], extents: []))
        scalars[number.bitPattern] = name
        return name
    }

    /// Numbers that belong to the graph itself.
    func floats(_ values: [Float], _ extents: [Int]) -> String {
        let name = fresh("constant")
        initializers.append(ONNXTensor(name, floats: values, extents: extents))
        return name
    }

    /// A tensor with values. Weights keep their names.
    func tensor(_ tensor: Tensor, as shape: Shape? = nil) -> String {
        let shape = shape ?? tensor.shape
        let key = Key(identity: tensor.storage.identity, shape: shape)
        if let known = tensors[key] { return known }
        var name = weightNames[key.identity] ?? fresh("constant")
        if taken.contains(name) && weightNames[key.identity] != nil { name = fresh(name) }
        taken.insert(name)
        tensors[key] = name
        initializers.append(
            ONNXTensor(
                name, shape.dimensions, .float32,
                .provided(count: 4 * shape.count) { body in
                    try tensor.withValues { try body(UnsafeRawBufferPointer($0)) }
                }))
        return name
    }
}
