import Glibc
import TensorCore

/// Single random numbers from a stream. They are drawn in small blocks, which keeps the work on the calling thread.
final class Dice {
    private let random: Random
    private var block: [Float] = []
    private var next = 0
    private var spare: Float?

    init(_ random: Random) { self.random = random }

    /// From 0 to below 1.
    func unit() -> Float {
        if next == block.count {
            block = random.uniform([1024]).values
            next = 0
        }
        defer { next += 1 }
        return block[next]
    }

    func uniform(_ range: ClosedRange<Float>) -> Float {
        range.lowerBound + (range.upperBound - range.lowerBound) * unit()
    }

    func chance(_ share: Float) -> Bool { unit() < share }

    func pick<Value>(_ values: [Value]) -> Value {
        values[min(Int(saturating: unit() * Float(values.count)), values.count - 1)]
    }

    /// A random value; the shares are its probabilities and add up to 1.
    func pick<Value>(_ values: [Value], shares: [Float]) -> Value {
        var rest = unit()
        for (value, share) in zip(values, shares) {
            if rest < share { return value }
            rest -= share
        }
        return values[values.count - 1]
    }

    /// A standard normal number, by the Box–Muller transform.
    func normal() -> Float {
        if let ready = spare {
            spare = nil
            return ready
        }
        let radius = (-2 * log(1 - unit())).squareRoot()
        let angle = 2 * Float.pi * unit()
        spare = radius * sin(angle)
        return radius * cos(angle)
    }

    /// A Poisson number: by multiplication for small means (Knuth), by rejection for large ones (Hörmann 1993, "The
    /// transformed rejection method for generating Poisson random variables").
    func poisson(_ mean: Float) -> Float {
        guard mean > 0 else { return 0 }
        if mean < 10 {
            let limit = exp(-mean)
            var (count, product): (Float, Float) = (0, unit())
            while product > limit {
                count += 1
                product *= unit()
            }
            return count
        }
        let root = mean.squareRoot()
        let b = 0.931 + 2.53 * root
        let a = -0.059 + 0.02483 * b
        let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
        let certain = 0.9277 - 3.6224 / (b - 2)
        while true {
            let u = unit() - 0.5, v = unit()
            let distance = 0.5 - abs(u)
            let count = ((2 * a / distance + b) * u + mean + 0.43).rounded(.down)
            if distance >= 0.07 && v <= certain { return count }
            guard count >= 0, distance >= 0.013 || v <= distance, v > 0, distance > 0 else { continue }
            let left = log(v * inverseAlpha / (a / (distance * distance) + b))
            if left <= count * log(mean) - mean - lgammaf(count + 1) { return count }
        }
    }
}
