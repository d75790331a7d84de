import Foundation

/// The random numbers of NumPy's legacy `RandomState`: the Mersenne twister MT19937 (Matsumoto & Nishimura 1998), and
/// normal numbers by Marsaglia's polar method, in pairs whose second number is given first. StyleGAN's programs draw
/// their latent vectors so.
///
///     var random = NumPyRandom(seed: 7)
///     let z = (0..<512).map { _ in random.normal() }      // RandomState(7).randn(512)
package struct NumPyRandom: Sendable {
    private var words: [UInt32]
    private var position = Self.size
    private var kept: Double?

    private static let (size, middle) = (624, 397)

    /// The numbers of `RandomState(seed)`; those of `RandomState([low, high])` for a seed of more than 32 bits, which
    /// NumPy refuses.
    package init(seed: UInt64) {
        guard seed > UInt64(UInt32.max) else {
            words = Self.started(UInt32(seed))
            return
        }
        let key = [UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)]
        words = Self.started(19_650_218)
        var (index, part) = (1, 0)
        for _ in 0..<Self.size {
            let previous = words[index - 1]
            words[index] = (words[index] ^ ((previous ^ (previous >> 30)) &* 1_664_525)) &+ key[part] &+ UInt32(part)
            part = (part + 1) % key.count
            advance(&index)
        }
        for _ in 0..<Self.size - 1 {
            let previous = words[index - 1]
            words[index] = (words[index] ^ ((previous ^ (previous >> 30)) &* 1_566_083_941)) &- UInt32(index)
            advance(&index)
        }
        words[0] = 0x8000_0000
    }

    private mutating func advance(_ index: inout Int) {
        index += 1
        if index == Self.size {
            words[0] = words[Self.size - 1]
            index = 1
        }
    }

    private static func started(_ seed: UInt32) -> [UInt32] {
        var words = [seed]
        for index in 1..<size {
            let previous = words[index - 1]
            words.append((previous ^ (previous >> 30)) &* 1_812_433_253 &+ UInt32(index))
        }
        return words
    }

    /// A number with 32 random bits.
    package mutating func bits() -> UInt32 {
        if position == Self.size {
            for index in 0..<Self.size {
                let mixed = (words[index] & 0x8000_0000) | (words[(index + 1) % Self.size] & 0x7FFF_FFFF)
                let twist: UInt32 = mixed & 1 == 0 ? 0 : 0x9908_B0DF
                words[index] = words[(index + Self.middle) % Self.size] ^ (mixed >> 1) ^ twist
            }
            position = 0
        }
        var y = words[position]
        position += 1
        y ^= y >> 11
        y ^= (y << 7) & 0x9D2C_5680
        y ^= (y << 15) & 0xEFC6_0000
        return y ^ (y >> 18)
    }

    /// A number in [0, 1) with 53 random bits.
    package mutating func uniform() -> Double {
        let (high, low) = (bits() >> 5, bits() >> 6)
        return (Double(high) * 67_108_864 + Double(low)) / 9_007_199_254_740_992
    }

    /// A standard normal number.
    package mutating func normal() -> Double {
        if let kept {
            self.kept = nil
            return kept
        }
        while true {
            let (x, y) = (2 * uniform() - 1, 2 * uniform() - 1)
            let square = x * x + y * y
            guard square < 1, square != 0 else { continue }
            let factor = (-2 * log(square) / square).squareRoot()
            kept = factor * x
            return factor * y
        }
    }
}
