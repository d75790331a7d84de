import TensorCore

/// Extends images `[N, C, H, W]` by reflection to sizes that a network accepts, and crops its results.
package struct Continuation: Sendable {
    /// The position of the image within the extended image.
    package enum Place: Sendable {
        /// In the middle.
        case middle
        /// At the top and on the left.
        case start
    }

    private let rows: Side
    private let columns: Side

    private struct Side {
        let length: Int
        /// Positions in front.
        let before: Int
        /// Positions in all.
        let extent: Int

        init(_ length: Int, multiple: Int, _ place: Place) {
            let missing = (multiple - length % multiple) % multiple
            (self.length, extent) = (length, length + missing)
            before = place == .middle ? missing / 2 : 0
        }

        func continued(_ x: Tensor, axis: Int) -> Tensor {
            if extent == length { return x }
            return x.gathering(Reflection.positions(-before..<extent - before, length: length), axis: axis)
        }

        func cutBack(_ y: Tensor, axis: Int, scale: Int) -> Tensor {
            if extent == length { return y }
            return y.slice(axis: axis, from: before * scale, count: length * scale)
        }
    }

    /// - Parameter multiple: the number to multiples of which height and width are extended.
    package init(height: Int, width: Int, multiple: Int, _ place: Place) {
        (rows, columns) = (Side(height, multiple: multiple, place), Side(width, multiple: multiple, place))
    }

    /// The extended images.
    package func continued(_ x: Tensor) -> Tensor {
        columns.continued(rows.continued(x, axis: 2), axis: 3)
    }

    /// Crops the results to the images themselves.
    ///
    /// - Parameter scale: the scale of the network's results.
    package func cutBack(_ y: Tensor, scale: Int = 1) -> Tensor {
        columns.cutBack(rows.cutBack(y, axis: 2, scale: scale), axis: 3, scale: scale)
    }
}
