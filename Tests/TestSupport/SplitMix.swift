import Foundation

/// A small generator of reproducible test numbers, independent of the engine's own (Steele et al. 2014).
package struct SplitMix: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(_ seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Spread evenly over the range, rounded to a float32 value.
    package mutating func uniform(_ range: ClosedRange<Double>) -> Double {
        Double(Float(range.lowerBound + Double(next() >> 11) / Double(1 << 53) * (range.upperBound - range.lowerBound)))
    }
}

/// Values to try an operation on.
package enum TestValues: Sendable {
    /// Evenly spread over a range.
    case spread(ClosedRange<Double>)
    /// In random order, every two at least 0.1 apart and none nearer to 0 than 0.05: away from every kink.
    case separated

    package func array(shape: [Int], seed: UInt64) -> ReferenceArray {
        var random = SplitMix(seed)
        let count = shape.reduce(1, *)
        switch self {
        case .spread(let range):
            return ReferenceArray(shape: shape, values: (0..<count).map { _ in random.uniform(range) })
        case .separated:
            let ladder = (0..<count).map { Double(Float((Double($0 - count / 2) + 0.5) * 0.11)) }
            return ReferenceArray(shape: shape, values: ladder.shuffled(using: &random))
        }
    }
}
