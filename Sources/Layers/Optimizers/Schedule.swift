import Foundation
import TensorCore

/// How a learning rate changes over a run: a factor for the base rate at each step.
public indirect enum Schedule: Sendable, Hashable, Codable {
    /// Always 1.
    case constant
    /// 1 until step `start`, then falls linearly to 0 at step `end`.
    case linearDecay(start: Int, end: Int)
    /// ½(1 + cos(π · step / total)): from 1 to 0 at step `total` (Loshchilov & Hutter 2017).
    case cosine(total: Int)
    /// From 1 to `to` at step `total` along half a cosine wave, then `to`.
    case cosineFall(to: Double, total: Int)
    /// Starts at 1 and is multiplied by `factor` at each step in `at`.
    case steps(at: [Int], factor: Double)
    /// Rises linearly from 1/steps to 1 over the first `steps` steps, then follows `then`, counted from there.
    case warmUp(steps: Int, then: Schedule = .constant)

    /// The factor at a step, counted from 0; between 0 and 1.
    public func factor(step: Int) -> Float {
        switch self {
        case .constant: return 1
        case .linearDecay(let start, let end):
            if step < start { return 1 }
            if step >= end { return 0 }
            return Float(end - step) / Float(end - start)
        case .cosine(let total):
            if step >= total { return 0 }
            return Float(0.5 * (1 + cos(Double.pi * Double(max(step, 0)) / Double(total))))
        case .cosineFall(let last, let total):
            if step >= total { return Float(last) }
            return Float(last + (1 - last) * 0.5 * (1 + cos(Double.pi * Double(max(step, 0)) / Double(total))))
        case .steps(let places, let factor):
            return Float(pow(factor, Double(places.count { $0 <= step })))
        case .warmUp(let steps, let then):
            if step < steps { return Float(step + 1) / Float(steps) }
            return then.factor(step: step - steps)
        }
    }

    /// The same schedule for a run `factor` times as long; the warm-up keeps its length.
    public func stretched(by factor: Double) -> Schedule {
        func scaled(_ step: Int) -> Int { Int(saturating: (Double(step) * factor).rounded()) }
        switch self {
        case .constant: return .constant
        case .linearDecay(let start, let end): return .linearDecay(start: scaled(start), end: max(scaled(end), 1))
        case .cosine(let total): return .cosine(total: max(scaled(total), 1))
        case .cosineFall(let last, let total): return .cosineFall(to: last, total: max(scaled(total), 1))
        case .steps(let places, let factor): return .steps(at: places.map(scaled), factor: factor)
        case .warmUp(let steps, let then): return .warmUp(steps: steps, then: then.stretched(by: factor))
        }
    }
}
