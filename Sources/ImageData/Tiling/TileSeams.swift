/// Tiles along one side of an image of which each has its own part of the result and sees some way beyond it. Neighbors
/// share `2 · pad` positions at least; the outermost tiles reach beyond the image.
package struct TileSeams: Sendable {
    /// Where the tiles lie.
    package let axis: TileAxis
    /// Where each tile's part of the result begins, and behind the last one where it ends.
    package let seams: [Int]
    /// Positions around each seam where both tiles count, an even number.
    package let feather: Int

    /// - Parameters:
    ///   - length: positions in the image.
    ///   - tile: the most positions in a tile.
    ///   - pad: how far a tile sees beyond its part on a side where it has a neighbor.
    ///   - border: how far it sees beyond the image.
    ///   - feather: positions around each seam where both tiles may count.
    ///   - multiple: what extents and distances of tiles have to be multiples of.
    package init(length: Int, tile: Int, pad: Int, border: Int, feather: Int, multiple: Int) {
        func rounded(_ value: Int) -> Int { (value + multiple - 1) / multiple * multiple }
        let (pad, border) = (rounded(pad), rounded(border))
        let whole = length + 2 * border
        guard whole > tile else {
            axis = TileAxis(length: length, extent: rounded(whole), starts: [-border])
            (seams, self.feather) = ([0, length], 0)
            return
        }
        // Equal tiles, as few as will do.
        let most = max(tile / multiple * multiple, 2 * pad + rounded(16))
        let wanted = (whole - 2 * pad + most - 2 * pad - 1) / (most - 2 * pad)
        let extent = rounded((whole + (wanted - 1) * 2 * pad + wanted - 1) / wanted)
        let step = extent - 2 * pad
        let count = (whole - 2 * pad + step - 1) / step
        let starts = (0..<count).map { $0 * step - border }
        axis = TileAxis(length: length, extent: extent, starts: starts)
        seams = [0] + starts.dropFirst().map { $0 + pad } + [length]
        self.feather = min(feather, pad, step) / 2 * 2
    }

    /// The positions of the result that a tile has a say in.
    package func part(of index: Int) -> Range<Int> {
        let before = index == 0 ? 0 : feather / 2
        let after = index == axis.count - 1 ? 0 : feather / 2
        return seams[index] - before..<seams[index + 1] + after
    }

    /// How much a tile counts beside the one before it, for each of the `feather · scale` pixels around their seam.
    package func ramp(scale: Int) -> [Float] {
        let count = feather * scale
        return (0..<count).map { (Float($0) + 0.5) / Float(count) }
    }
}
