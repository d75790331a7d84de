/// A sparse matrix that maps an axis of one length to another. Slicing, padding, flipping, resampling and average
/// pooling use it. The transposed matrix is the adjoint, so all of them can be differentiated any number of times.
package final class AxisMap: Sendable {
    package let inputLength: Int
    package let outputLength: Int
    /// Compressed rows: output `r` is the sum of `weight[e] * input[column[e]]` for e in rowStart[r] ..< rowStart[r+1].
    package let rowStart: [Int32]
    package let column: [Int32]
    package let weight: [Float]

    package init(inputLength: Int, rows: [[(column: Int, weight: Float)]]) {
        self.inputLength = inputLength
        outputLength = rows.count
        var start: [Int32] = [0]
        for row in rows { start.append(start[start.count - 1] + Int32(row.count)) }
        rowStart = start
        column = rows.flatMap { $0.map { Int32($0.column) } }
        weight = rows.flatMap { $0.map(\.weight) }
    }

    /// Every output a copy of one input; nil is zero.
    package convenience init(inputLength: Int, taking columns: [Int?]) {
        let rows = columns.map { column in column.map { [(column: $0, weight: Float(1))] } ?? [] }
        self.init(inputLength: inputLength, rows: rows)
    }

    package var transposed: AxisMap {
        var rows = [[(column: Int, weight: Float)]](repeating: [], count: inputLength)
        for row in 0..<outputLength {
            for entry in Int(rowStart[row])..<Int(rowStart[row + 1]) {
                rows[Int(column[entry])].append((row, weight[entry]))
            }
        }
        return AxisMap(inputLength: outputLength, rows: rows)
    }
}
