/// How numbers of all ranks travel to be added, as ``PairwiseSum`` adds them in the order of the ranks: the bits do not
/// depend on the network.
package enum SumKind: Sendable, Hashable {
    /// As they are.
    case float32
    /// Terms and sums in bfloat16, which takes half of the time. Each is rounded to 8 significant bits, and added in
    /// float32.
    case bfloat16
}

/// A number as it travels between ranks.
package protocol TravelingNumber: BitwiseCopyable {
    /// Rounds a number.
    init(_ number: Float)
    /// The number that arrives.
    var number: Float { get }
    /// Rounds numbers.
    static func round(_ numbers: UnsafePointer<Float>, to words: UnsafeMutablePointer<Self>, count: Int)
    /// The numbers that arrive.
    static func read(_ words: UnsafePointer<Self>, to numbers: UnsafeMutablePointer<Float>, count: Int)
}

extension Float: TravelingNumber {
    package var number: Float { self }

    package static func round(_ numbers: UnsafePointer<Float>, to words: UnsafeMutablePointer<Float>, count: Int) {
        words.update(from: numbers, count: count)
    }

    package static func read(_ words: UnsafePointer<Float>, to numbers: UnsafeMutablePointer<Float>, count: Int) {
        numbers.update(from: words, count: count)
    }
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

    package static func round(_ numbers: UnsafePointer<Float>, to words: UnsafeMutablePointer<BFloat16>, count: Int) {
        for index in 0..<count { words[index] = BFloat16(numbers[index]) }
    }

    package static func read(_ words: UnsafePointer<BFloat16>, to numbers: UnsafeMutablePointer<Float>, count: Int) {
        for index in 0..<count { numbers[index] = words[index].number }
    }
}
