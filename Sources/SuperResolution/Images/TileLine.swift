/// How one side of an image is cut into tiles of one extent. Neighbors share `2 · pad` positions at least; the
/// outermost tiles reach beyond the image, which is continued there by its mirror image.
struct TileLine {
    /// Positions in the image.
    let length: Int
    /// Positions that each tile shows.
    let extent: Int
    /// The first position of each tile; the first one lies before the image.
    let starts: [Int]
    /// Where each tile's part of the result begins, and behind the last one where it ends.
    let seams: [Int]
    /// Positions around each seam where both tiles count, an even number.
    let feather: Int

    /// - Parameters:
    ///   - tile: the most positions in a tile.
    ///   - pad: how far a tile sees beyond its part on a side where it has a neighbor.
    ///   - border: how far it sees beyond the image.
    ///   - multiple: what extents and distances of tiles have to be multiples of.
    init(length: Int, tile: Int, pad: Int, border: Int, feather: Int, multiple: Int) {
        func rounded(_ value: Int) -> Int { (value + multiple - 1) / multiple * multiple }
        self.length = length
        let (pad, border) = (rounded(pad), rounded(border))
        let whole = length + 2 * border
        guard whole > tile else {
            extent = rounded(whole)
            (starts, seams, self.feather) = ([-border], [0, length], 0)
            return
        }
        // Equal tiles, as few as will do.
        let most = max(tile / multiple * multiple, 2 * pad + rounded(16))
        let wanted = (whole - 2 * pad + most - 2 * pad - 1) / (most - 2 * pad)
        let extent = rounded((whole + (wanted - 1) * 2 * pad + wanted - 1) / wanted)
        let step = extent - 2 * pad
        let count = (whole - 2 * pad + step - 1) / step
        let starts = (0..<count).map { $0 * step - border }
        self.extent = extent
        self.starts = starts
        seams = [0] + starts.dropFirst().map { $0 + pad } + [length]
        self.feather = min(feather, pad, step) / 2 * 2
    }

    /// Tiles.
    var count: Int { starts.count }

    /// The positions of the image that a tile shows.
    func positions(of index: Int) -> [Int] {
        let period = max(2 * (length - 1), 1)
        return (starts[index]..<starts[index] + extent).map { position in
            let folded = ((position % period) + period) % period
            return folded < length ? folded : period - folded
        }
    }

    /// The positions of the result that a tile has a say in.
    func part(of index: Int) -> Range<Int> {
        let before = index == 0 ? 0 : feather / 2
        let after = index == count - 1 ? 0 : feather / 2
        return seams[index] - before..<seams[index + 1] + after
    }

    /// How much a tile counts beside the one before it, for each of the `feather · scale` pixels around their seam.
    func ramp(scale: Int) -> [Float] {
        let count = feather * scale
        return (0..<count).map { (Float($0) + 0.5) / Float(count) }
    }
}
