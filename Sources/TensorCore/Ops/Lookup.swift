extension Tensor {
    /// The rows named by `indices` along the first axis: an embedding table's lookup.
    public func gatheringRows(_ indices: [Int]) -> Tensor {
        precondition(
            indices.allSatisfy { $0 >= 0 && $0 < shape[0] }, "gatheringRows: index out of range for \(shape)")
        return gathered(IndexList(indices.map(Int32.init)))
    }

    /// The rows named by a vector of whole numbers. No gradient flows to the numbers.
    public func gatheringRows(at positions: Tensor) -> Tensor {
        Tensor.backend(self, positions).gatherRows(self, at: positions)
    }

    /// The positions of the values of each row along the last axis in ascending order; equal values keep their order.
    /// Whole numbers without gradient.
    package func ascendingPositions() -> Tensor { backend.ascendingPositions(detached) }

    /// Rows of 0 with a single 1: `[count, classes]`.
    public static func oneHot(_ labels: [Int], classes: Int) -> Tensor {
        precondition(labels.allSatisfy { (0..<classes).contains($0) }, "oneHot: label out of range 0..<\(classes)")
        return Tensor(shape: [labels.count, classes]) { buffer in
            buffer.update(repeating: 0)
            for (row, label) in labels.enumerated() { buffer[row * classes + label] = 1 }
        }
    }

    package func gathered(_ list: IndexList) -> Tensor {
        let rows = shape[0]
        return .record(.gatherRows, backend.gatherRows(self, list), inputs: [self]) { p in
            [p.gradient.scattered(list, rows: rows)]
        }
    }

    /// The adjoint of `gathered`: row `i` of this tensor is added to row `list[i]` of the result.
    package func scattered(_ list: IndexList, rows: Int) -> Tensor {
        .record(.scatterRows, backend.scatterRows(self, list, rows: rows), inputs: [self]) { p in
            [p.gradient.gathered(list)]
        }
    }
}
