import Foundation
import TensorCore

/// How the values of a new weight are drawn. Names and formulas are the field's (`torch.nn.init`).
///
/// The fans of a weight `[a, b, kh, kw]` are fanIn = b · kh · kw and fanOut = a · kh · kw. That holds for transposed
/// convolutions too, whose weight is `[in, out, kh, kw]`: as in PyTorch, their fans are exchanged.
public enum Initializer: Sendable, Hashable, Codable {
    /// Uniform in ±1/√fanIn, weights and biases alike: what PyTorch's linear and convolution layers do by themselves.
    case pytorchDefault
    /// Normal with mean 0 and the given deviation; DCGAN's is `.normal(0.02)`.
    case normal(Float = 1)
    /// Uniform from `low` to below `high`.
    case uniform(low: Float, high: Float)
    /// The same value everywhere.
    case constant(Float)
    /// Uniform in ±gain · √(6 / (fanIn + fanOut)) (Glorot & Bengio 2010).
    case xavierUniform(gain: Float = 1)
    /// Normal with deviation gain · √(2 / (fanIn + fanOut)).
    case xavierNormal(gain: Float = 1)
    /// Uniform in ±√(6 / ((1 + slope²) · fan)) (He et al. 2015); `slope` is the negative slope of the leaky relu that
    /// follows.
    case kaimingUniform(slope: Float = 0, mode: Fan = .fanIn)
    /// Normal with deviation √(2 / ((1 + slope²) · fan)).
    case kaimingNormal(slope: Float = 0, mode: Fan = .fanIn)
    /// Rows (or columns, where they are fewer) of length `gain`, at right angles to each other (Saxe et al. 2014).
    case orthogonal(gain: Float = 1)

    /// 0 everywhere.
    public static let zeros = Initializer.constant(0)
    /// 1 everywhere.
    public static let ones = Initializer.constant(1)

    /// The fan that keeps the variance in a Kaiming initialization.
    public enum Fan: String, Sendable, Codable {
        /// Keeps the variance in the forward pass, or in the backward pass.
        case fanIn, fanOut
    }

    /// A tensor of the given shape, drawn from `random`. Its place in the stream is reserved now. The numbers are drawn
    /// when they are first needed, so not at all if a file replaces them.
    public func callAsFunction(_ shape: Shape, random: Random) -> Tensor {
        let (fanIn, fanOut) = Initializer.fans(of: shape)
        func uniform(_ bound: Float) -> Tensor {
            random.later(shape) { $0.uniform(shape, in: -bound..<max(bound, .leastNormalMagnitude)) }
        }
        func normal(_ deviation: Float) -> Tensor { random.later(shape) { $0.normal(shape, deviation: deviation) } }
        switch self {
        case .pytorchDefault: return uniform(1 / fanIn.squareRoot())
        case .normal(let deviation): return normal(deviation)
        case .uniform(let low, let high): return random.uniform(shape, in: low..<high)
        case .constant(let value): return Tensor.full(shape, value)
        case .xavierUniform(let gain): return uniform(gain * (6 / (fanIn + fanOut)).squareRoot())
        case .xavierNormal(let gain):
            return normal(gain * (2 / (fanIn + fanOut)).squareRoot())
        case .kaimingUniform(let slope, let mode):
            return uniform((6 / ((1 + slope * slope) * (mode == .fanIn ? fanIn : fanOut))).squareRoot())
        case .kaimingNormal(let slope, let mode):
            let fan = mode == .fanIn ? fanIn : fanOut
            return normal((2 / ((1 + slope * slope) * fan)).squareRoot())
        case .orthogonal(let gain):
            return orthogonalRows(random.normal(shape)).scaled(by: gain)
        }
    }

    /// The bias that goes with a weight of the given shape: uniform like the weight for `pytorchDefault`, otherwise 0.
    func bias(_ count: Int, weight: Shape, random: Random) -> Tensor {
        guard self == .pytorchDefault else { return .zeros([count]) }
        let bound = 1 / Initializer.fans(of: weight).fanIn.squareRoot()
        return random.uniform([count], in: -bound..<bound)
    }

    static func fans(of shape: Shape) -> (fanIn: Float, fanOut: Float) {
        guard shape.rank >= 2 else { return (Float(max(shape.count, 1)), Float(max(shape.count, 1))) }
        let receptive = shape.dimensions.dropFirst(2).reduce(1, *)
        return (Float(max(shape[1] * receptive, 1)), Float(max(shape[0] * receptive, 1)))
    }
}

/// Orthonormalizes the rows (or columns, if there are fewer) of the sample, read as a matrix of its first axis by the
/// rest. Each row is orthogonalized against the rows before it twice, which is enough in floating point.
private func orthogonalRows(_ sample: Tensor) -> Tensor {
    let rows = sample.shape[0]
    let columns = sample.count / max(rows, 1)
    let isTall = rows > columns
    let matrix = sample.reshaped(to: [rows, columns])
    var basis: [[Double]] = []
    (isTall ? matrix.transposed() : matrix).withValues { values in
        let width = max(rows, columns)
        for start in stride(from: 0, to: values.count, by: width) {
            var row = values[start..<start + width].map(Double.init)
            for _ in 0..<2 {
                for other in basis {
                    var overlap = 0.0
                    for i in 0..<width { overlap += row[i] * other[i] }
                    for i in 0..<width { row[i] -= overlap * other[i] }
                }
            }
            let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
            basis.append(row.map { $0 / length })
        }
    }
    let orthonormal = Tensor(basis.flatMap { $0.map(Float.init) }, shape: isTall ? [columns, rows] : [rows, columns])
    return (isTall ? orthonormal.transposed() : orthonormal).reshaped(to: sample.shape)
}
