import TensorCore

extension InferencePlan {
    /// The steps that see a border although images repeat: convolutions with zeros around their input, transposed
    /// convolutions whose outermost results lack neighbors, and maps of rows or columns that are not the same everywhere.
    /// A network that honors `wrapping` in all of its parts has none.
    ///
    /// Convolutions with computed weights count. Other kernels are not examined.
    package func stepsWithBorders(_ wrapping: Wrapping) -> [String] {
        let program = compiled.program
        return program.steps.filter { instruction in
            switch instruction.action {
            case .convolution(let convolution): convolution.geometry.hasBorders(convolution.pass, wrapping)
            case .axisMap(let map, let axis):
                instruction.shape.rank == 4
                    && (axis == 2 && wrapping.joinsRows || axis == 3 && wrapping.joinsColumns) && !map.isPeriodic
            case .kernel(let name, _):
                wrapping.joinsRows && name.hasSuffix(ConvolutionGeometry.rowBorders)
                    || wrapping.joinsColumns && name.contains(ConvolutionGeometry.columnBorders)
            default: false
            }
        }.map(\.description)
    }
}

extension ConvolutionGeometry {
    static let columnBorders = ", columns end"
    static let rowBorders = ", rows end"

    /// What the name of a convolution that a kernel computes says of its borders.
    func borderWords(_ pass: ConvolutionPass) -> String {
        (hasBorders(pass, .x) ? Self.columnBorders : "") + (hasBorders(pass, .y) ? Self.rowBorders : "")
    }

    fileprivate func hasBorders(_ pass: ConvolutionPass, _ wrapping: Wrapping) -> Bool {
        func hasBorders(
            _ before: Int, _ after: Int, input: Int, output: Int, kernel: Int, dilation: Int, stride: Int
        ) -> Bool {
            if pass == .forward { return max(before, after) > 0 }
            // A transposed convolution of a single position begins an image.
            if output == 1 { return false }
            let extent = dilation * (kernel - 1) + 1
            let cutAfter = (output - 1) * stride + extent - before - input
            return min(before, cutAfter) < extent - stride
        }
        return wrapping.joinsRows
            && hasBorders(
                padTop, padBottom, input: inputHeight, output: outputHeight, kernel: kernelHeight,
                dilation: dilationHeight, stride: strideHeight)
            || wrapping.joinsColumns
                && hasBorders(
                    padLeft, padRight, input: inputWidth, output: outputWidth, kernel: kernelWidth,
                    dilation: dilationWidth, stride: strideWidth)
    }
}

extension AxisMap {
    /// Whether a line that repeats is mapped to one that repeats: whether results that stand as far apart as the lengths
    /// demand are made in the same way. What only selects positions must not turn back or leave any empty.
    fileprivate var isPeriodic: Bool {
        let rows = (0..<outputLength).map { row in
            let entries = Int(rowStart[row])..<Int(rowStart[row + 1])
            return Dictionary(entries.map { (Int(column[$0]), weight[$0]) }) { $0 + $1 }
        }
        if rows.allSatisfy({ $0.count == 1 && $0.values.first == 1 }) {
            let places = rows.compactMap { $0.keys.first }
            let steps = Set(zip(places, places.dropFirst()).map { ($1 - $0 + inputLength) % inputLength })
            return steps.count <= 1 || steps.isSubset(of: [0, 1])
        }
        if isFilterInside(rows) { return true }
        func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : divisor(b, a % b) }
        let common = divisor(inputLength, outputLength)
        let (period, shift) = (outputLength / common, inputLength / common)
        return rows.indices.dropFirst(period).allSatisfy { row in
            let moved = rows[row - period].map { (($0.key + shift) % inputLength, $0.value) }
            return moved.count == rows[row].count
                && moved.allSatisfy { place, weight in abs((rows[row][place] ?? .infinity) - weight) < 1e-5 }
        }
    }

    /// Whether it is a filter whose results all have the same taps, as many positions apart: one that needs no border,
    /// because a margin has become one before.
    private func isFilterInside(_ rows: [[Int: Float]]) -> Bool {
        guard let first = rows.first?.keys.min(), let second = rows.dropFirst().first?.keys.min(), second > first else {
            return false
        }
        return rows.indices.dropFirst().allSatisfy { row in
            let shift = (second - first) * row
            return rows[row].count == rows[0].count
                && rows[0].allSatisfy { abs((rows[row][$0.key + shift] ?? .infinity) - $0.value) < 1e-5 }
        }
    }
}
