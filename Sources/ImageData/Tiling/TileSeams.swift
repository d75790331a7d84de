/// Tiles along one side of an image. Each tile has its own part of the result, and a margin around it. Neighbors share
/// at least `2 · pad` positions. The outermost tiles extend beyond the image. If the image repeats, the last tile and the
/// first one are neighbors: the part of the first tile begins before the image, where the last one ends.
package struct TileSeams: Sendable {
    /// The positions of the tiles.
    package let axis: TileAxis
    /// The start of each tile's part of the result, and at the end the end of the last part.
    package let seams: [Int]
    /// The number of positions around each seam where both tiles are blended; even.
    package let feather: Int

    /// - Parameters:
    ///   - length: positions in the image.
    ///   - tile: the most positions in a tile.
    ///   - pad: the margin of a tile on a side with a neighbor.
    ///   - border: the width of the reflection around the image.
    ///   - feather: the number of positions around each seam where both tiles are blended.
    ///   - multiple: the number of which sizes and distances of tiles must be multiples.
    ///   - wraps: whether the image repeats. Its length must be such a multiple then, and the border has no effect.
    package init(
        length: Int, tile: Int, pad: Int, border: Int, feather: Int, multiple: Int, wraps: Bool = false
    ) {
        func rounded(_ value: Int) -> Int { (value + multiple - 1) / multiple * multiple }
        let (pad, border) = (rounded(pad), rounded(border))
        let largest = max(tile / multiple * multiple, 2 * pad + rounded(16))
        if wraps {
            precondition(length % multiple == 0, "TileSeams: \(length) positions do not repeat by \(multiple)")
            let count = length > tile ? (length + largest - 2 * pad - 1) / (largest - 2 * pad) : 1
            guard count > 1 else {
                axis = TileAxis(length: length, extent: length, starts: [0], wraps: true)
                (seams, self.feather) = ([0, length], 0)
                return
            }
            let least = length / multiple / count * multiple
            self.feather = min(feather, pad, least) / (2 * multiple) * 2 * multiple
            // The part of the first tile begins as far before the image as it is blended with the last one.
            let first = -self.feather / 2
            seams = (0...count).map { first + $0 * (length / multiple) / count * multiple }
            let longest = zip(seams, seams.dropFirst()).reduce(0) { max($0, $1.1 - $1.0) }
            axis = TileAxis(
                length: length, extent: longest + 2 * pad, starts: seams.dropLast().map { $0 - pad }, wraps: true)
            return
        }
        let whole = length + 2 * border
        guard whole > tile else {
            axis = TileAxis(length: length, extent: rounded(whole), starts: [-border])
            (seams, self.feather) = ([0, length], 0)
            return
        }
        // As few tiles of equal size as possible.
        let wanted = (whole - 2 * pad + largest - 2 * pad - 1) / (largest - 2 * pad)
        let extent = rounded((whole + (wanted - 1) * 2 * pad + wanted - 1) / wanted)
        let step = extent - 2 * pad
        let count = (whole - 2 * pad + step - 1) / step
        // The last tile ends where the reflection does: without any, the network's own padding begins there.
        let starts = (0..<count).map { min($0 * step, rounded(whole) - extent) - border }
        axis = TileAxis(length: length, extent: extent, starts: starts)
        seams = [0] + starts.dropFirst().map { $0 + pad } + [length]
        let least = zip(starts, starts.dropFirst()).reduce(step) { min($0, $1.1 - $1.0) }
        self.feather = min(feather, pad, least) / 2 * 2
    }

    /// The positions of the result that a tile affects. Those before an image that repeats are at its other end.
    package func part(of index: Int) -> Range<Int> {
        let before = index == 0 && !axis.wraps ? 0 : feather / 2
        let after = index == axis.count - 1 && !axis.wraps ? 0 : feather / 2
        return seams[index] - before..<seams[index + 1] + after
    }

    /// The weight of a tile relative to the previous one, for each of the `feather · scale` pixels around their seam.
    package func ramp(scale: Int) -> [Float] {
        let count = feather * scale
        return (0..<count).map { (Float($0) + 0.5) / Float(count) }
    }
}
