import Foundation
import TensorCore

extension ReferenceBackend {
    package func unary(_ operation: UnaryOperation, _ x: Tensor) -> Tensor { tensor(x.reference.map(operation.value)) }

    package func binary(_ operation: BinaryOperation, _ x: Tensor, _ y: Tensor) -> Tensor {
        tensor(x.reference.combined(y.reference, operation.value))
    }

    package func activate(_ x: Tensor, _ activation: Activation) -> Tensor {
        switch activation {
        case .none: x
        case .relu: tensor(x.reference.map { $0 > 0 ? $0 : 0 })
        case .leakyReLU(let slope): tensor(x.reference.map { $0 > 0 ? $0 : Double(slope) * $0 })
        case .prelu(let weights):
            tensor(x.reference.combined(perChannel(weights, of: x)) { $0 > 0 ? $0 : $1 * $0 })
        case .tanh: tensor(x.reference.map { Foundation.tanh($0) })
        case .sigmoid: unary(.function(.sigmoid), x)
        case .silu: unary(.function(.silu), x)
        case .mish: unary(.function(.mish), x)
        case .gelu: unary(.function(.gelu), x)
        }
    }

    package func select(_ condition: Tensor, _ x: Tensor, _ y: Tensor) -> Tensor {
        let (x, y) = (x.reference, y.reference)
        let values = condition.reference.values.enumerated().map { $1 != 0 ? x.values[$0] : y.values[$0] }
        return tensor(ReferenceArray(shape: x.shape, values: values))
    }

    package func broadcast(_ x: Tensor, to shape: Shape) -> Tensor {
        tensor(x.reference.combined(ReferenceArray(shape: shape.dimensions) { _ in 0 }) { value, _ in value })
    }

    package func weightedSum(_ x: Tensor, scaledBy scale: Float, _ y: Tensor) -> Tensor {
        tensor(x.reference.combined(y.reference) { Double(scale) * $0 + $1 })
    }

    package func sum(overwriting x: consuming Tensor, _ y: Tensor) -> Tensor { binary(.add, x, y) }

    package func leakyGate(overwriting gradient: consuming Tensor, _ control: Tensor, slope: Float) -> Tensor {
        binary(.leakyGate(slope: slope), gradient, control)
    }

    package func preluGradients(
        _ x: Tensor, weights: Tensor, overwriting gradient: consuming Tensor
    ) -> (x: Tensor, weights: Tensor) {
        let (values, outer) = (x.reference, gradient.reference)
        let slopes = values.combined(perChannel(weights, of: x)) { $0 > 0 ? 1 : $1 }
        let atWeights = values.combined(outer) { $0 > 0 ? 0 : $0 * $1 }
        return (tensor(outer.combined(slopes, *)), tensor(channelSums(atWeights).reshaped(weights.shape.dimensions)))
    }

    /// A vector of channels in a shape that repeats over samples and pixels.
    func perChannel(_ vector: Tensor, of x: Tensor) -> ReferenceArray {
        let ones = [Int](repeating: 1, count: max(x.rank - 2, 0))
        return vector.reference.reshaped(x.rank > 1 ? [1, vector.count] + ones : [vector.count])
    }

    /// The sum over samples and pixels of each channel.
    func channelSums(_ x: ReferenceArray) -> ReferenceArray {
        x.shape.count > 1 ? x.reduced([0] + Array(2..<max(x.shape.count, 2))) { $0.reduce(0, +) } : x
    }
}

extension UnaryOperation {
    fileprivate func value(_ x: Double) -> Double {
        switch self {
        case .function(let function): function.value(x)
        case .negate: -x
        case .sign: x > 0 ? 1 : x < 0 ? -1 : 0
        case .reciprocalSquareRoot: 1 / x.squareRoot()
        case .round: x.rounded(.toNearestOrEven)
        case .affine(let scale, let offset): Double(scale) * x + Double(offset)
        case .power(let exponent): Foundation.pow(x, Double(exponent))
        case .clamp(let low, let high): min(max(x, Double(low)), Double(high))
        case .isInside(let low, let high): Double(low) <= x && x <= Double(high) ? 1 : 0
        }
    }
}

extension BinaryOperation {
    fileprivate func value(_ x: Double, _ y: Double) -> Double {
        switch self {
        case .add: x + y
        case .subtract: x - y
        case .multiply: x * y
        case .divide: x / y
        case .maximum: max(x, y)
        case .minimum: min(x, y)
        case .isGreater: x > y ? 1 : 0
        case .isGreaterOrEqual: x >= y ? 1 : 0
        case .isEqual: x == y ? 1 : 0
        case .leakyGate(let slope): y > 0 ? x : Double(slope) * x
        case .tanhGate: x * (1 - y * y)
        case .sigmoidGate: x * y * (1 - y)
        }
    }
}
