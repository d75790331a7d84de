import CKernels

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
        guard sourceLayout != destinationLayout else {
            destination.update(from: source, count: batch * channels * height * width)
            return
        }
        ck_swap_layout(
            source, Int32(sourceLayout.rawValue), destination, Int64(batch), Int64(channels), Int64(height * width))
    }
}
