import CKernels
import TensorCore

/// The memory layout of a four-dimensional array. Its logical shape is always N, C, H, W.
package enum Layout: Sendable, Hashable {
    /// N, C, H, W, the last running fastest.
    case plain
    /// N, H, W, C, the last running fastest.
    case channelsLast

    /// The layout in which values are read.
    package static let rowMajor = Layout.plain
    /// The layout of convolutions, with adjacent channels of a pixel.
    package static let ofConvolutions = Layout.channelsLast

    /// The layout of an elementwise result of two tensors, given with their shapes: that of its full-sized operands.
    package static func ofResult(_ shape: Shape, of x: (Shape, Layout), _ y: (Shape, Layout)) -> Layout {
        if x.1 == .plain && y.1 == .plain { return .plain }
        if x.1 == .channelsLast && x.0 == shape { return .channelsLast }
        return y.1 == .channelsLast && y.0 == shape ? .channelsLast : .plain
    }

    /// The layout of a reduction's result, with extents of 1 along reduced axes. A result that has both channels and
    /// pixels keeps the layout of its input.
    package func ofReduced(_ shape: Shape) -> Layout {
        let spans = self == .channelsLast && shape[1] > 1 && shape[2] * shape[3] > 1
        return spans ? .channelsLast : .plain
    }

    /// The order in which the axes of a tensor of this layout lie, outermost first.
    package func axes(rank: Int) -> [Int] { self == .channelsLast ? [0, 2, 3, 1] : Array(0..<rank) }

    /// The logical axis at a position of that order.
    func axis(at position: Int) -> Int {
        if self == .plain || position == 0 { return position }
        return position == 3 ? 1 : position + 1
    }

    /// The position of a logical axis in that order.
    func position(of axis: Int) -> Int {
        if self == .plain || axis == 0 { return axis }
        return axis == 1 ? 3 : axis - 1
    }

    fileprivate var code: Int32 {
        switch self {
        case .plain: Int32(CK_PLAIN)
        case .channelsLast: Int32(CK_CHANNELS_LAST)
        }
    }
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
            source, sourceLayout.code, destination, Int64(batch), Int64(channels), Int64(height * width))
    }
}
