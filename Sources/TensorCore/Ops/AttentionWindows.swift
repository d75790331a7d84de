/// How attention divides images: every window of queries looks at one window of keys.
///
/// Windows of queries lie side by side. A shift moves the borders between windows; what a window then holds of both
/// sides of an image does not see each other, except where images repeat (Liu et al. 2021, "Swin Transformer").
public struct AttentionWindows: Sendable, Hashable {
    /// Rows of a window of queries; the height of images is a multiple.
    public var height: Int
    /// Columns of a window of queries; the width of images is a multiple.
    public var width: Int
    /// How far windows lie below the top of the image.
    public var shiftDown = 0
    /// How far windows lie to the right of the left border.
    public var shiftRight = 0
    /// Keys on every side of a window beyond those at the same place. Beyond the image, keys and values are 0.
    public var overlap = 0
    /// How many times smaller the image of keys is along each axis; divides the sides of windows. Such an image of keys
    /// has been moved already, so that its windows begin at the corner.
    public var reduction = 1

    /// Square windows that are half a window away from the border if they are shifted.
    public init(_ side: Int, isShifted: Bool = false) {
        (height, width) = (side, side)
        if isShifted { (shiftDown, shiftRight) = (side / 2, side / 2) }
    }

    /// Windows of any sides.
    public init(height: Int, width: Int, shiftDown: Int = 0, shiftRight: Int = 0) {
        (self.height, self.width) = (height, width)
        (self.shiftDown, self.shiftRight) = (shiftDown, shiftRight)
    }

    /// Queries in a window.
    public var queries: Int { height * width }
    /// Keys in a window.
    public var keys: Int { (height / reduction + 2 * overlap) * (width / reduction + 2 * overlap) }

    package var rows: AttentionAxis {
        AttentionAxis(window: height, shift: shiftDown, overlap: overlap, reduction: reduction)
    }
    package var columns: AttentionAxis {
        AttentionAxis(window: width, shift: shiftRight, overlap: overlap, reduction: reduction)
    }

    /// What is added to scores between the two sides of an image.
    package static let farApart: Float = -100
}

/// The windows along one axis.
package struct AttentionAxis: Sendable, Hashable {
    package let window: Int
    package let shift: Int
    package let overlap: Int
    package let reduction: Int

    package var keyWindow: Int { window / reduction + 2 * overlap }

    /// The positions of the queries of all windows, one window after the other.
    package func queries(length: Int) -> [Int] { (0..<length).map { ($0 + shift) % length } }

    /// The positions of the keys of all windows, one window after the other; nil beyond the image.
    ///
    /// - Parameter length: that of the image of queries.
    package func keys(length: Int, wraps: Bool) -> [Int?] {
        let (count, keys) = (length / window, length / reduction)
        return (0..<count).flatMap { index in
            (0..<keyWindow).map { place in
                let position = index * (window / reduction) - overlap + place
                guard wraps || (0..<keys).contains(position) else { return nil }
                return ((position + (reduction == 1 ? shift : 0)) % keys + keys) % keys
            }
        }
    }

    /// The position in the last window from which queries come from the opposite side of the image; nil for none.
    package func seam(wraps: Bool) -> Int? { shift == 0 || wraps || overlap > 0 ? nil : window - shift }

    /// The same of keys.
    package func keySeam(wraps: Bool) -> Int? {
        seam(wraps: wraps).map { _ in keyWindow - (shift + reduction - 1) / reduction }
    }
}
