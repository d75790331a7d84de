/// How numbers of all ranks are added.
package enum SumKind: Sendable, Hashable {
    /// In the order that the network does best.
    case fastest
    /// As ``PairwiseSum`` adds them in the order of the ranks, so that the bits do not depend on the network.
    case inOrder
    /// In the order of the ranks and in float32, but terms and sums travel in bfloat16, which takes half of the time. Each
    /// is rounded to 8 significant bits.
    case bfloat16
}

/// A number as it travels between ranks.
package protocol TravelingNumber: BitwiseCopyable {
    /// Rounds a number.
    init(_ number: Float)
    /// The number that arrives.
    var number: Float { get }
}

extension Float: TravelingNumber {
    package var number: Float { self }
}

/// The upper half of a float32, rounded to the nearest, and to even halfway.
package struct BFloat16: TravelingNumber {
    private let bits: UInt16

    package init(_ number: Float) {
        let whole = number.bitPattern
        // Rounding must not turn NaN into infinity.
        let rounded = number.isNaN ? whole | 0x40_0000 : whole &+ 0x7fff &+ ((whole >> 16) & 1)
        bits = UInt16(truncatingIfNeeded: rounded >> 16)
    }

    package var number: Float { Float(bitPattern: UInt32(bits) << 16) }
}
