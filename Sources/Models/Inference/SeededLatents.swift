import Foundation
import TensorCore

/// Where the latent vectors of seeds come from.
package enum LatentSource: String, Codable, Sendable, Hashable {
    /// Atelier's own random numbers.
    case philox
    /// NumPy's legacy generator, from which StyleGAN's programs draw: the same seed gives their image.
    case numpy
}

/// Latent vectors from seeds. Each seed has its own random stream, so it always gives the same vector and, with the
/// same model, the same image, in any batch.
package enum SeededLatents {
    /// One standard normal vector for each seed.
    ///
    /// - Parameters:
    ///   - size: numbers in a vector.
    ///   - truncation: when given, numbers further from 0 than this are drawn again until they are not (the truncation
    ///     trick; Brock et al. 2019): smaller values give more typical and less varied images.
    ///   - source: the random numbers.
    /// - Returns: `[seeds.count, size]`.
    package static func normal(
        seeds: [UInt64], size: Int, truncation: Float? = nil, from source: LatentSource = .philox
    ) -> Tensor {
        Tensor(shape: [seeds.count, size]) { buffer in
            for (row, seed) in seeds.enumerated() {
                let vector = values(seed: seed, size: size, truncation: truncation, source)
                for (column, value) in vector.enumerated() { buffer[row * size + column] = value }
            }
        }
    }

    private static func values(seed: UInt64, size: Int, truncation: Float?, _ source: LatentSource) -> [Float] {
        let (random, shape) = (Random(seed: seed), Shape([size]))
        var numPy = NumPyRandom(seed: seed)
        func drawn() -> [Float] {
            source == .philox ? random.normal(shape).values : (0..<size).map { _ in Float(numPy.normal()) }
        }
        var values = drawn()
        guard let limit = truncation else { return values }
        guard limit > 0 else { return [Float](repeating: 0, count: size) }
        var rounds = 0
        while rounds < 200, values.contains(where: { $0.magnitude > limit }) {
            let fresh = drawn()
            for index in values.indices where values[index].magnitude > limit { values[index] = fresh[index] }
            rounds += 1
        }
        // With a tiny limit, redrawing would take forever.
        return values.map { min(max($0, -limit), limit) }
    }

    /// Vectors along the sphere from one vector to another, including both ends, which keeps them as likely as the ends
    /// (White 2016, "Sampling generative networks").
    ///
    /// - Parameters:
    ///   - start: `[1, size]`, as is `end`.
    ///   - frames: at least 1; 1 gives the start.
    /// - Returns: `[frames, size]`.
    package static func spherical(from start: Tensor, to end: Tensor, frames: Int) -> Tensor {
        spherical(
            from: start, to: end, at: (0..<frames).map { frames > 1 ? Double($0) / Double(frames - 1) : 0 })
    }

    /// The vectors at some shares of that way, from 0 to 1: `[shares.count, size]`.
    package static func spherical(from start: Tensor, to end: Tensor, at shares: [Double]) -> Tensor {
        precondition(start.shape == end.shape, "spherical: \(start.shape) and \(end.shape)")
        let (a, b) = (start.values, end.values)
        let dot = zip(a, b).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        let lengths = start.norm * end.norm
        let angle = lengths > 0 ? acos(min(max(dot / lengths, -1), 1)) : 0
        return Tensor(shape: [shares.count, a.count]) { buffer in
            for (frame, t) in shares.enumerated() {
                // Parallel or opposite vectors do not define an arc.
                let (wa, wb) =
                    sin(angle) < 1e-6
                    ? (1 - t, t) : (sin((1 - t) * angle) / sin(angle), sin(t * angle) / sin(angle))
                for index in a.indices {
                    buffer[frame * a.count + index] = Float(wa * Double(a[index]) + wb * Double(b[index]))
                }
            }
        }
    }
}
