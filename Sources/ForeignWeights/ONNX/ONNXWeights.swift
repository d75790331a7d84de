import ONNX
import TensorCore

/// A weight of an ONNX graph by the name that it had in PyTorch.
///
/// PyTorch's exporters keep the names of most weights. Those that they change (slopes of PReLU, matrices) get names such
/// as `onnx::PRelu_31`; their own names then follow from the names of the operations, `/body/body.1/PRelu`.
struct ONNXWeight: Sendable {
    /// How a weight is made from a constant.
    enum Form: Sendable {
        case plain
        /// A matrix `[inputs, outputs]`.
        case transposed
        /// One number for each channel.
        case row
    }
    let name: String
    let constant: ONNXTensor
    let form: Form

    /// Its extents.
    var shape: [Int] {
        switch form {
        case .plain: constant.extents
        case .transposed: constant.extents.reversed()
        case .row: [constant.count]
        }
    }

    /// - Throws: ``ForeignWeightsError/Cause``.
    func tensor(in file: ONNXFile) throws -> Tensor {
        switch form {
        case .plain: try file.tensor(constant)
        case .transposed: try file.tensor(constant).transposed()
        case .row: try file.tensor(constant, as: shape)
        }
    }
}

extension ONNXFile {
    /// The weights that have names, each once; none if a layer has a weight without a name.
    ///
    /// - Throws: ``ForeignWeightsError/Cause`` if they are more than the file can honestly hold, as one constant may be
    ///   many weights.
    func weights() throws -> [ONNXWeight] {
        var (weights, seen) = ([ONNXWeight](), Set<String>())
        for node in graph.nodes {
            for (place, input) in node.inputs.enumerated() {
                guard let constant = constants[input], constant.isOfFloats else { continue }
                let own = Self.isNameOfWeight(constant.name) ? constant.name : nil
                let role = node.role(of: place, constant)
                guard let name = own ?? role.flatMap({ role in node.modulePath.map { $0 + "." + role.name } })
                else {
                    // Without some of its weights, a network may look like another one.
                    if role != nil { return [] }
                    continue
                }
                let form = own == nil ? role?.form : node.operation == "PRelu" ? .row : nil
                if seen.insert(name).inserted {
                    weights.append(ONNXWeight(name: name, constant: constant, form: form ?? .plain))
                }
            }
        }
        try checkTotal(floats: weights.reduce(0) { $0 + $1.constant.count })
        return weights
    }

    /// Whether a name is that of a PyTorch parameter, not one that an exporter made up.
    private static func isNameOfWeight(_ name: String) -> Bool {
        name.contains(".") && !name.contains("/") && !name.contains("::")
    }
}

extension ONNXNode {
    /// The name of the module that the operation belongs to: `body.1` for `/body/body.1/PRelu`; nil if it has none.
    fileprivate var modulePath: String? {
        let scopes = name.split(separator: "/").dropLast().map(String.init)
        var parts: [String] = []
        for scope in scopes {
            if let last = parts.last, scope.hasPrefix(last + ".") { parts.removeLast() }
            parts.append(scope)
        }
        return parts.isEmpty ? nil : parts.joined(separator: ".")
    }

    /// What a constant operand is to a layer; nil if it is no weight.
    fileprivate func role(of place: Int, _ constant: ONNXTensor) -> (name: String, form: ONNXWeight.Form)? {
        switch (operation, place) {
        case ("PRelu", 1): ("weight", .row)
        case ("MatMul", 1) where constant.extents.count == 2: ("weight", .transposed)
        case ("Gemm", 1) where constant.extents.count == 2:
            ("weight", integer("transB") == 1 ? .plain : .transposed)
        case ("Conv", 1), ("ConvTranspose", 1), ("LayerNormalization", 1), ("BatchNormalization", 1):
            ("weight", .plain)
        case ("Conv", 2), ("ConvTranspose", 2), ("LayerNormalization", 2), ("BatchNormalization", 2), ("Gemm", 2):
            ("bias", .plain)
        case ("BatchNormalization", 3): ("running_mean", .plain)
        case ("BatchNormalization", 4): ("running_var", .plain)
        default: nil
        }
    }
}
