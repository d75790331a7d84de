/// How a four-dimensional array lies in memory. Its logical shape is N, C, H, W either way.
package enum Layout: UInt8, Sendable {
    /// N, C, H, W, the last running fastest.
    case plain
    /// N, H, W, C, the last running fastest.
    case channelsLast
}

package enum LayoutKernel {
    /// Copies an N, C, H, W array from one layout to the other; the two memories must not overlap.
    package static func reorder(
        batch: Int, channels: Int, height: Int, width: Int,
        source: UnsafePointer<Float>, sourceLayout: Layout,
        destination: UnsafeMutablePointer<Float>, destinationLayout: Layout
    ) {
        let plane = height * width
        guard sourceLayout != destinationLayout else {
            destination.update(from: source, count: batch * channels * plane)
            return
        }
        let (rows, columns) = sourceLayout == .plain ? (channels, plane) : (plane, channels)
        for n in 0..<batch {
            let from = source + n * channels * plane
            let to = destination + n * channels * plane
            for row in 0..<rows {
                for column in 0..<columns { to[column * rows + row] = from[row * columns + column] }
            }
        }
    }
}
