import ImageData
import ImageFiles

/// A trivial baseline: it returns the target of the training pair with the nearest input. Inputs are compared as gray
/// images of 32×32 pixels, slightly blurred (standard deviation 1), by the sum of squared differences; a training input
/// may be mirrored.
package struct NearestInput: Sendable {
    /// The nearest training pair.
    package struct Match: Sendable, Equatable {
        /// The index of the pair.
        package let index: Int
        /// Whether the mirrored input is the nearest.
        package let isMirrored: Bool
    }

    private static let side = 32
    private let mirrors: Bool
    private var looks: [(index: Int, look: [Float])] = []

    /// - Parameter mirrors: compare with mirrored training inputs, too.
    package init(mirrors: Bool) { self.mirrors = mirrors }

    /// Adds a training input.
    package mutating func learn(_ input: Image, index: Int) { looks.append((index, Self.look(of: input))) }

    /// The training pairs nearest to an input, the nearest first: of several equally near ones, the first that was
    /// learned.
    ///
    /// - Parameter count: the most pairs.
    package func matches(_ input: Image, count: Int) -> [Match] {
        let straight = Self.look(of: input)
        let mirrored = mirrors ? Self.look(of: input.flippedHorizontally()) : nil
        let all = looks.enumerated().map { place, learned in
            let distance = Self.distance(straight, learned.look)
            let other = mirrored.map { Self.distance($0, learned.look) } ?? .infinity
            let match = Match(index: learned.index, isMirrored: other < distance)
            return (match: match, distance: min(distance, other), place: place)
        }
        return all.sorted { ($0.distance, $0.place) < ($1.distance, $1.place) }.prefix(count).map(\.match)
    }

    private static func distance(_ a: [Float], _ b: [Float]) -> Float {
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                var lanes = SIMD16<Float>.zero
                for start in stride(from: 0, to: a.count, by: 16) {
                    var difference = SIMD16<Float>.zero
                    for lane in 0..<16 { difference[lane] = a[start + lane] - b[start + lane] }
                    lanes += difference * difference
                }
                return lanes.sum()
            }
        }
    }

    private static func look(of input: Image) -> [Float] {
        let small = input.converted(channels: 1).converted8().resized(width: side, height: side, filter: .box)
        guard case .bits8(let samples) = small.samples else { return [] }
        var look = samples.map { Float($0) / 255 }
        // Twice a quarter, a half, a quarter is nearly a Gaussian of standard deviation 1.
        for step in [1, side, 1, side] {
            let before = look
            for i in look.indices {
                let place = i / step % side
                let previous = place > 0 ? before[i - step] : before[i]
                let next = place < side - 1 ? before[i + step] : before[i]
                look[i] = previous / 4 + before[i] / 2 + next / 4
            }
        }
        return look
    }
}
