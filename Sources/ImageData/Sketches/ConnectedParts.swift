/// The parts of a set of pixels that are connected: the strokes of a drawing, or the regions between its lines.
package struct ConnectedParts: Sendable {
    /// The number of the part of each pixel, row by row; −1 for pixels outside of the set.
    package let labels: [Int]
    /// The number of pixels of each part.
    package let sizes: [Int]

    /// - Parameters:
    ///   - marked: whether each pixel is in the set, row by row.
    ///   - width: pixels in a row.
    ///   - diagonal: whether pixels that touch at a corner are connected.
    package init(_ marked: [Bool], width: Int, diagonal: Bool) {
        let height = width > 0 ? marked.count / width : 0
        precondition(marked.count == width * height, "ConnectedParts: \(marked.count) pixels in rows of \(width)")
        var labels = [Int](repeating: -1, count: marked.count)
        var sizes: [Int] = []
        var front: [Int] = []
        for start in marked.indices where marked[start] && labels[start] < 0 {
            let label = sizes.count
            labels[start] = label
            front.append(start)
            var size = 0
            while let pixel = front.popLast() {
                size += 1
                let (x, y) = (pixel % width, pixel / width)
                for ny in max(y - 1, 0)...min(y + 1, height - 1) {
                    for nx in max(x - 1, 0)...min(x + 1, width - 1) {
                        let next = ny * width + nx
                        guard diagonal || nx == x || ny == y, marked[next], labels[next] < 0 else { continue }
                        labels[next] = label
                        front.append(next)
                    }
                }
            }
            sizes.append(size)
        }
        (self.labels, self.sizes) = (labels, sizes)
    }
}
