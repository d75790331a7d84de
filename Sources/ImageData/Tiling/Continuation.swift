import TensorCore

/// Images `[N, C, H, W]` continued by their reflection to extents that a network takes, and what it made of them cut
/// back.
package struct Continuation: Sendable {
    /// Where in the continued image the image itself lies.
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

    /// - Parameter multiple: what height and width are brought to multiples of.
    package init(height: Int, width: Int, multiple: Int, _ place: Place) {
        (rows, columns) = (Side(height, multiple: multiple, place), Side(width, multiple: multiple, place))
    }

    /// The images as the network takes them.
    package func continued(_ x: Tensor) -> Tensor {
        columns.continued(rows.continued(x, axis: 2), axis: 3)
    }

    /// What became of the images themselves.
    ///
    /// - Parameter scale: how many times larger the network's results are.
    package func cutBack(_ y: Tensor, scale: Int = 1) -> Tensor {
        columns.cutBack(rows.cutBack(y, axis: 2, scale: scale), axis: 3, scale: scale)
    }
}
