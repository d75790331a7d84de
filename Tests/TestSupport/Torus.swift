import TensorCore

/// Images that repeat.
extension Tensor {
    /// Images `[N, C, H, W]` whose pixels moved down and to the right; what leaves them comes in on the other side.
    package func rolled(down: Int, right: Int) -> Tensor {
        let (height, width) = (shape[2], shape[3])
        return gathering(Wrapping.positions(-down..<height - down, length: height), axis: 2)
            .gathering(Wrapping.positions(-right..<width - right, length: width), axis: 3)
    }

    /// The largest difference from another tensor, as a part of that one's range; infinite for another shape.
    package func distance(from other: Tensor) -> Float {
        guard shape == other.shape else { return .infinity }
        let values = other.values
        let range = Swift.max((values.max() ?? 0) - (values.min() ?? 0), 1e-6)
        return zip(self.values, values).reduce(0) { Swift.max($0, abs($1.0 - $1.1)) } / range
    }

    /// The mean difference of pixels that meet at a border, as a multiple of that of other neighbors along an axis.
    ///
    /// - Parameter period: the distance of the neighbors that are compared. Networks that double planes make larger steps
    ///   where their coarsest pixels meet, and a border is such a place.
    package func seam(axis: Int, period: Int = 1) -> Double {
        let length = shape[axis]
        func line(_ position: Int) -> Tensor { slice(axis: axis, from: position % length, count: 1) }
        let steps = stride(from: period - 1, to: length, by: period).map {
            Double((line($0 + 1) - line($0)).absolute().mean().item)
        }
        return steps[steps.count - 1] / Swift.max(steps.dropLast().reduce(0, +) / Double(steps.count - 1), 1e-9)
    }
}

/// How far an operation on images is from doing the same everywhere on a torus.
///
/// - Parameters:
///   - images: the shape of its input.
///   - grid: the number of pixels by multiples of which it is rolled.
///   - scale: how many pixels of the result one of the input becomes.
///   - wrapping: the axes along which it should not matter where an image begins.
/// - Returns: the largest difference, as a part of the range of the result.
package func torusError(
    _ images: Shape, grid: Int = 1, scale: Double = 1, _ wrapping: Wrapping, seed: UInt64 = 5,
    _ operation: (Tensor) -> Tensor
) -> Float {
    let x = Random(seed: seed).uniform(images, in: -1..<1)
    let expected = operation(x)
    func large(_ shift: Int) -> Int { Int((Double(shift) * scale).rounded()) }
    return [(1, 0), (0, 1), (1, 2), (3, 1)].reduce(0) { worst, steps in
        let down = wrapping.joinsRows ? steps.0 * grid : 0
        let right = wrapping.joinsColumns ? steps.1 * grid : 0
        let found = operation(x.rolled(down: down, right: right))
        return max(worst, found.distance(from: expected.rolled(down: large(down), right: large(right))))
    }
}
