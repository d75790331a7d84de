import CKernels
import TensorCore

// The codes of operations in C, with their separate parameters.

extension UnaryOperation {
    var code: (ck_unary_op, a: Float, b: Float) {
        switch self {
        case .function(let function): (function.code, 0, 0)
        case .negate: (CK_NEGATE, 0, 0)
        case .sign: (CK_SIGN, 0, 0)
        case .reciprocalSquareRoot: (CK_RSQRT, 0, 0)
        case .round: (CK_ROUND, 0, 0)
        case .affine(let scale, let offset): (CK_AFFINE, scale, offset)
        case .power(let exponent): (CK_POWER, exponent, 0)
        case .clamp(let low, let high): (CK_CLAMP, low, high)
        case .isInside(let low, let high): (CK_INSIDE, low, high)
        }
    }
}

extension UnaryFunction {
    var code: ck_unary_op {
        switch self {
        case .absolute: CK_ABS
        case .square: CK_SQUARE
        case .squareRoot: CK_SQRT
        case .reciprocal: CK_RECIPROCAL
        case .exponential: CK_EXP
        case .logarithm: CK_LOG
        case .sine: CK_SIN
        case .cosine: CK_COS
        case .sigmoid: CK_SIGMOID
        case .softplus: CK_SOFTPLUS
        case .silu: CK_SILU
        case .mish: CK_MISH
        case .gelu: CK_GELU
        case .normalCDF: CK_NORMAL_CDF
        }
    }
}

extension BinaryOperation {
    var code: (ck_binary_op, a: Float) {
        switch self {
        case .add: (CK_ADD, 0)
        case .subtract: (CK_SUBTRACT, 0)
        case .multiply: (CK_MULTIPLY, 0)
        case .divide: (CK_DIVIDE, 0)
        case .maximum: (CK_MAXIMUM, 0)
        case .minimum: (CK_MINIMUM, 0)
        case .isGreater: (CK_GREATER, 0)
        case .isGreaterOrEqual: (CK_GREATER_EQUAL, 0)
        case .isEqual: (CK_EQUAL, 0)
        case .leakyGate(let slope): (CK_LEAKY_GATE, slope)
        case .tanhGate: (CK_TANH_GATE, 0)
        case .sigmoidGate: (CK_SIGMOID_GATE, 0)
        }
    }
}

extension ReductionKind {
    var code: ck_reduction {
        switch self {
        case .sum: CK_SUM
        case .maximum: CK_MAX
        }
    }
}
