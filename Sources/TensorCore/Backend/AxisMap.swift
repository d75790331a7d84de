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

    private init(inputLength: Int, outputLength: Int, rowStart: [Int32], column: [Int32], weight: [Float]) {
        (self.inputLength, self.outputLength) = (inputLength, outputLength)
        (self.rowStart, self.column, self.weight) = (rowStart, column, weight)
    }

    /// Every output a copy of one input; nil is zero.
    package convenience init(inputLength: Int, taking columns: [Int?]) {
        let rows = columns.map { column in column.map { [(column: $0, weight: Float(1))] } ?? [] }
        self.init(inputLength: inputLength, rows: rows)
    }

    package var transposed: AxisMap {
        // Sorted by counting: the entries of each column, in the order of the rows.
        var start = [Int32](repeating: 0, count: inputLength + 1)
        for column in column { start[Int(column) + 1] += 1 }
        for index in 1..<start.count { start[index] += start[index - 1] }
        var next = start
        var rows = [Int32](repeating: 0, count: column.count)
        var weights = [Float](repeating: 0, count: column.count)
        for row in 0..<outputLength {
            for entry in Int(rowStart[row])..<Int(rowStart[row + 1]) {
                let place = Int(next[Int(column[entry])])
                next[Int(column[entry])] += 1
                (rows[place], weights[place]) = (Int32(row), weight[entry])
            }
        }
        return AxisMap(
            inputLength: outputLength, outputLength: inputLength, rowStart: start, column: rows, weight: weights)
    }

    /// The rows of a large map, entry by entry.
    package struct Rows {
        private let inputLength: Int
        private var rowStart: [Int32] = [0]
        private var column: [Int32] = []
        private var weight: [Float] = []

        /// No rows yet.
        package init(inputLength: Int, capacity: Int) {
            self.inputLength = inputLength
            column.reserveCapacity(capacity)
            weight.reserveCapacity(capacity)
        }

        /// Adds an entry to the current row; columns ascend.
        package mutating func add(_ column: Int, _ weight: Float) {
            self.column.append(Int32(column))
            self.weight.append(weight)
        }

        /// Ends the current row, which may be empty.
        package mutating func endRow() { rowStart.append(Int32(column.count)) }

        /// The map of all rows that have ended.
        package var map: AxisMap {
            AxisMap(
                inputLength: inputLength, outputLength: rowStart.count - 1, rowStart: rowStart, column: column,
                weight: weight)
        }
    }
}
