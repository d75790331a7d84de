import Glibc
import TensorCore

/// The blur of a lens, a hand or a filter: a square of weights that add up to 1, with an odd side.
struct BlurKernel: Sendable, Equatable {
    let side: Int
    let weights: [Float]

    /// - Parameter shape: the weight at a distance from the center, before normalization.
    init(side: Int, _ shape: (_ x: Double, _ y: Double) -> Double) {
        precondition(side > 0 && side % 2 == 1, "BlurKernel: side \(side)")
        let reach = side / 2
        var raw: [Double] = []
        for y in -reach...reach {
            for x in -reach...reach { raw.append(shape(Double(x), Double(y))) }
        }
        let total = raw.reduce(0, +)
        self.side = side
        weights = raw.map { Float($0 / total) }
    }

    /// The families that extend the Gaussian.
    enum Profile: Sendable, Equatable {
        /// exp(−d/2), where d is the squared distance in standard deviations.
        case gaussian
        /// exp(−dᵝ/2).
        case generalized(beta: Double)
        /// 1 / (1 + dᵝ): flat in the middle.
        case plateau(beta: Double)

        func value(_ d: Double) -> Double {
            switch self {
            case .gaussian: exp(-d / 2)
            case .generalized(let beta): exp(-pow(d, beta) / 2)
            case .plateau(let beta): 1 / (1 + pow(d, beta))
            }
        }
    }

    /// An ellipse of the given standard deviations along its axes, turned by `angle`.
    init(_ profile: Profile, side: Int, deviations: (Double, Double), angle: Double) {
        let (c, s) = (cos(angle), sin(angle))
        self.init(side: side) { x, y in
            let along = (c * x + s * y) / deviations.0, across = (c * y - s * x) / deviations.1
            return profile.value(along * along + across * across)
        }
    }

    /// The circular low-pass filter with its ringing: ω J₁(ω r) / (2π r).
    ///
    /// - Parameter cutoff: ω in radians a pixel, up to π.
    init(sincSide side: Int, cutoff: Double) {
        self.init(side: side) { x, y in
            let radius = (x * x + y * y).squareRoot()
            return radius == 0 ? cutoff * cutoff / (4 * .pi) : cutoff * j1(cutoff * radius) / (2 * .pi * radius)
        }
    }
}

extension PlanarImage {
    /// The image convolved with a kernel, with reflection at the borders.
    func blurred(by kernel: BlurKernel) -> PlanarImage {
        let reach = kernel.side / 2
        let (wide, tall) = (width + 2 * reach, height + 2 * reach)
        let columns = Reflection.positions(-reach..<width + reach, length: width)
        var padded = [Float](repeating: 0, count: wide * tall)
        var blurred = self
        blurred.values.withUnsafeMutableBufferPointer { result in
            padded.withUnsafeMutableBufferPointer { padded in
                for channel in 0..<channels {
                    for y in 0..<tall {
                        let row = (channel * height + Reflection.position(y - reach, length: height)) * width
                        for x in 0..<wide { padded[y * wide + x] = values[row + columns[x]] }
                    }
                    for y in 0..<height {
                        let start = (channel * height + y) * width
                        kernel.blur(
                            UnsafeBufferPointer(rebasing: padded[(y * wide)...]), wide,
                            into: UnsafeMutableBufferPointer(rebasing: result[start..<start + width]))
                    }
                }
            }
        }
        return blurred
    }
}

extension BlurKernel {
    /// A row of the blurred image.
    ///
    /// - Parameter rows: those around it, each `wide` pixels long.
    fileprivate func blur(
        _ rows: UnsafeBufferPointer<Float>, _ wide: Int, into result: UnsafeMutableBufferPointer<Float>
    ) {
        result.update(repeating: 0)
        for v in 0..<side {
            for u in 0..<side {
                let weight = weights[v * side + u]
                let shifted = UnsafeBufferPointer(rebasing: rows[(v * wide + u)...])
                // The compiler vectorizes this loop, because no index in it can overflow.
                for x in result.indices { result[x] += weight * shifted[x] }
            }
        }
    }
}
