import TensorCore

extension Program {
    /// The instructions that compute something.
    var steps: [Instruction] { instructions.filter(\.isStep) }
}

extension Program.Instruction: CustomStringConvertible {
    /// Whether it computes something.
    var isStep: Bool {
        switch action {
        case .input, .constant, .view: false
        default: true
        }
    }

    var description: String { "\(action.name) → \(shape)" }
}

extension Program.Action {
    fileprivate var name: String {
        switch self {
        case .input(let index): "input \(index)"
        case .constant: "constant"
        case .convolution(let convolution):
            (convolution.pass == .forward ? "convolution " : "transposed convolution ")
                + "\(convolution.geometry.kernelHeight)×\(convolution.geometry.kernelWidth)"
                + convolution.epilogue.words
        case .pointwise(let epilogue): "pointwise" + epilogue.words
        case .concatenation: "concatenation"
        case .view: "view"
        case .arrangement: "arrangement"
        case .pixelShuffle(let factor): "pixel shuffle by \(factor)"
        case .upscaling(let factor): "upscaling by \(factor)"
        case .unary(.function(let function)): "function \(function)"
        case .unary(let operation): "function \(operation)"
        case .binary(let function): "operation \(function)"
        case .channelAffine(let slope): "channel affine" + (slope == 1 ? "" : ", leaky relu")
        case .axisMap(_, let axis): "map of axis \(axis)"
        case .kernel(let name, _): name
        }
    }
}

extension Epilogue {
    fileprivate var words: String {
        var parts: [String] = []
        if multipliers != nil { parts.append("multipliers") }
        if bias != nil { parts.append("bias") }
        switch activation {
        case .none: break
        case .relu: parts.append("relu")
        case .leakyReLU: parts.append("leaky relu")
        case .prelu: parts.append("prelu")
        case .tanh, .sigmoid, .silu, .mish, .gelu: parts.append("\(activation)")
        }
        if scale != 1 { parts.append("scale") }
        if !added.isEmpty { parts.append("\(added.count) added") }
        return parts.map { ", " + $0 }.joined()
    }
}
