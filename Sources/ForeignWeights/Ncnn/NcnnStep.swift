extension NcnnSteps {
    /// The activation of a linear layer.
    package enum Gate: String, Sendable {
        case relu = "ReLU"
        case sigmoid = "a sigmoid"
    }

    /// The operation of one step.
    package enum Step: Sendable, Equatable, CustomStringConvertible {
        /// A convolution that keeps the size, followed by leaky ReLU unless `slope` is nil.
        case convolution(slope: Double?)
        /// A convolution without borders, followed by leaky ReLU unless `slope` is nil.
        case inside(kernel: Int, stride: Int, slope: Double?)
        /// A transposed convolution; `padding` is cut off on every side.
        case transposed(kernel: Int, stride: Int, padding: Int, slope: Double?)
        /// A matrix product with a vector, followed by ReLU or the sigmoid.
        case connected(Gate)
        /// PReLU, with learned weights.
        case weights
        /// x · σ(x).
        case silu
        case sigmoid
        /// The mean of every channel.
        case means
        /// Numbers that are not computed from the input.
        case constants([Double])
        /// The concatenation of this many operands.
        case join(Int)
        /// The sum of two operands.
        case add
        /// The first operand times a number, plus the second.
        case scaledAdd(Double)
        /// The first operand minus the second.
        case subtract
        /// The product of two operands, the second perhaps with one value for each channel.
        case multiply
        /// The operand times a number.
        case scale(Double)
        /// The operand plus a number.
        case offset(Double)
        /// As many pixels fewer on every side.
        case crop(Int)
        /// Channels become pixels.
        case shuffle(Int)
        /// A resize by the nearest neighbor.
        case nearest(Double)
        /// A bicubic resize.
        case bicubic(Double)

        /// A description of the step.
        package var description: String {
            switch self {
            case .convolution(let slope): slope.map { "a convolution with leaky ReLU \($0)" } ?? "a convolution"
            case .inside(let kernel, let stride, let slope):
                "a \(kernel)×\(kernel) convolution without borders, stride \(stride), "
                    + (slope.map { "leaky ReLU \($0)" } ?? "no activation")
            case .transposed(let kernel, let stride, let padding, let slope):
                "a transposed \(kernel)×\(kernel) convolution, stride \(stride), padding \(padding), "
                    + (slope.map { "leaky ReLU \($0)" } ?? "no activation")
            case .connected(let gate): "a linear layer with \(gate.rawValue)"
            case .weights: "PReLU"
            case .silu: "SiLU"
            case .sigmoid: "a sigmoid"
            case .means: "the means of channels"
            case .constants(let values): "the constants \(values)"
            case .subtract: "a subtraction"
            case .multiply: "a product"
            case .offset(let value): "an addition of \(value)"
            case .crop(let amount): "a crop by \(amount)"
            case .join(let count): "a concatenation of \(count)"
            case .add: "an addition"
            case .scaledAdd(let factor): "an addition of \(factor) times"
            case .scale(let factor): "a multiplication by \(factor)"
            case .shuffle(let factor): "a pixel shuffle by \(factor)"
            case .nearest(let factor): "a nearest-neighbor resize by \(factor)"
            case .bicubic(let factor): "a bicubic resize by \(factor)"
            }
        }
    }
}
