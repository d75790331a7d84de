import ONNX
import TensorCore

// Maps along one axis: parts, borders, enlargements, filters.

extension GraphTranslator {
    /// - Parameters:
    ///   - shapes: of the value, one for each trace.
    ///   - maps: one for each trace.
    func mapped(
        _ value: String, _ shapes: [Shape], _ maps: [AxisMap], axis: Int, _ step: Step
    ) throws(GraphExportError) -> String {
        guard maps.count == step.all.count, let form = AxisMapForm(maps) else { throw step.dependsOnSize }
        let rank = shapes[0].rank
        switch form {
        case .slice(let starts, let counts, let stride):
            return try slice(value, maps, from: starts, counts, by: stride, axis, step)
        case .padded(let mode, let before, let after):
            return try padded(value, maps, mode, before, after, axis, rank: rank, step)
        case .repeated(let factor):
            return resized(value, axis, rank: rank, by: Float(factor), "nearest", "asymmetric")
        case .resampled(let interpolation):
            guard rank == 4 else { throw step.dependsOnSize }
            let mode = interpolation == .bicubic ? "cubic" : "linear"
            let ratios = Set(maps.map { Double($0.outputLength) / Double($0.inputLength) })
            if ratios.count == 1, let ratio = ratios.first, ratio == ratio.rounded() {
                return resized(value, axis, rank: rank, by: Float(ratio), mode, "half_pixel")
            }
            // A scale is 32 bits wide, and its product with an extent is cut down: the extents themselves are exact.
            return try resized(value, axis, rank: rank, to: maps.map(\.outputLength), mode, step)
        case .filter(let taps, let first, let up, let down):
            guard rank == 4, axis >= 2, Set(shapes.map { $0[1] }).count == 1 else {
                return try product(value, maps, axis, rank: rank, step)
            }
            let filter = AxisFilter(taps: taps, first: first, up: up, down: down, maps: maps)
            guard let filter else { return try product(value, maps, axis, rank: rank, step) }
            return filtered(value, filter, channels: shapes[0][1], axis)
        case .positions(let positions):
            return builder.node("Gather", [value, builder.list(positions)], ["axis": .integer(axis)])
        case .matrix: return try product(value, maps, axis, rank: rank, step)
        }
    }

    /// A bound of a slice: from the end where the length is not fixed.
    private func bound(_ positions: [Int], _ maps: [AxisMap], _ step: Step) throws(GraphExportError) -> String {
        if Set(positions).count == 1 { return builder.list([positions[0]]) }
        let fromEnd = Set(zip(positions, maps).map { $0 - $1.inputLength })
        if fromEnd.count == 1, let distance = fromEnd.first, distance < 0 { return builder.list([distance]) }
        return try number(positions, step)
    }

    private func slice(
        _ value: String, _ maps: [AxisMap], from starts: [Int], _ counts: [Int], by stride: Int, _ axis: Int,
        _ step: Step
    ) throws(GraphExportError) -> String {
        let lengths = maps.map(\.inputLength)
        if stride == 1 && counts == lengths { return value }
        let last = builder.list([Int.max])
        if stride < 0 {
            let ends = [last, builder.list([Int.min + 1]), builder.list([axis]), builder.list([-1])]
            return builder.node("Slice", [value] + ends)
        }
        let ends = zip(starts, counts).map { $0 + ($1 - 1) * stride + 1 }
        let isOpen = zip(ends, lengths).allSatisfy { $0 + stride > $1 }
        let bounds = [try bound(starts, maps, step), isOpen ? last : try bound(ends, maps, step)]
        return builder.node("Slice", [value] + bounds + [builder.list([axis]), builder.list([stride])])
    }

    private func padded(
        _ value: String, _ maps: [AxisMap], _ mode: Tensor.PaddingMode, _ before: Int, _ after: Int, _ axis: Int,
        rank: Int, _ step: Step
    ) throws(GraphExportError) -> String {
        if mode == .circular {
            let lengths = maps.map(\.inputLength)
            guard lengths.allSatisfy({ max(before, after) <= $0 }) else { throw step.dependsOnSize }
            func part(_ starts: [Int], _ count: Int) throws(GraphExportError) -> [String] {
                guard count > 0 else { return [] }
                return [try slice(value, maps, from: starts, starts.map { _ in count }, by: 1, axis, step)]
            }
            let parts =
                try part(lengths.map { $0 - before }, before) + [value] + part(lengths.map { _ in 0 }, after)
            return builder.node("Concat", parts, ["axis": .integer(axis)])
        }
        var pads = [Int](repeating: 0, count: 2 * rank)
        (pads[axis], pads[rank + axis]) = (before, after)
        let words = mode == .zero ? "constant" : mode == .reflect ? "reflect" : "edge"
        return builder.node("Pad", [value, builder.list(pads)], ["mode": .text(words)])
    }

    private func resized(
        _ value: String, _ axis: Int, rank: Int, by factor: Float, _ mode: String, _ coordinates: String
    ) -> String {
        var scales = [Float](repeating: 1, count: rank)
        scales[axis] = factor
        let attributes = interpolated(mode, coordinates)
        return builder.node("Resize", [value, "", builder.floats(scales, [rank])], attributes)
    }

    private func resized(
        _ value: String, _ axis: Int, rank: Int, to lengths: [Int], _ mode: String, _ step: Step
    ) throws(GraphExportError) -> String {
        // The other extents are those of the value, whatever they depend on.
        let shape = builder.node("Shape", [value])
        func extents(_ places: Range<Int>) -> [String] {
            guard !places.isEmpty else { return [] }
            let bounds = [places.lowerBound, places.upperBound].map { builder.list([$0]) }
            return [builder.node("Slice", [shape] + bounds)]
        }
        let parts = extents(0..<axis) + [try number(lengths, step)] + extents(axis + 1..<rank)
        let whole = builder.node("Concat", parts, ["axis": .integer(0)])
        return builder.node("Resize", [value, "", "", whole], interpolated(mode, "half_pixel"))
    }

    private func interpolated(_ mode: String, _ coordinates: String) -> [String: ONNXAttribute] {
        var attributes: [String: ONNXAttribute] = [
            "mode": .text(mode), "coordinate_transformation_mode": .text(coordinates),
        ]
        if mode == "nearest" { attributes["nearest_mode"] = .text("floor") }
        if mode == "cubic" { attributes["cubic_coeff_a"] = .float(-0.75) }
        return attributes
    }

    /// Every channel is filtered alone.
    private func filtered(_ value: String, _ filter: AxisFilter, channels: Int, _ axis: Int) -> String {
        func sides(_ along: Int, _ across: Int) -> [Int] { axis == 2 ? [along, across] : [across, along] }
        let weight = builder.floats(
            (0..<channels).flatMap { _ in filter.taps }, [channels, 1] + sides(filter.taps.count, 1))
        let attributes: [String: ONNXAttribute] = [
            "kernel_shape": .integers(sides(filter.taps.count, 1)), "group": .integer(channels),
            "strides": .integers(sides(filter.isTransposed ? filter.up : filter.down, 1)),
            "pads": .integers(sides(filter.before, 0) + sides(filter.after, 0)),
        ]
        guard filter.isTransposed else { return builder.node("Conv", [value, weight], attributes) }
        let fine = builder.node("ConvTranspose", [value, weight], attributes)
        guard filter.down > 1 else { return fine }
        let bounds = [[0], [Int.max], [axis], [filter.down]].map { builder.list($0) }
        return builder.node("Slice", [fine] + bounds)
    }

    /// The map as a matrix, for an axis of one length.
    private func product(
        _ value: String, _ maps: [AxisMap], _ axis: Int, rank: Int, _ step: Step
    ) throws(GraphExportError) -> String {
        let map = maps[0]
        guard maps.allSatisfy({ $0.inputLength == map.inputLength && $0.outputLength == map.outputLength }) else {
            throw step.dependsOnSize
        }
        var matrix = [Float](repeating: 0, count: map.inputLength * map.outputLength)
        for (row, entries) in map.rows.enumerated() {
            for (column, weight) in entries { matrix[column * map.outputLength + row] += weight }
        }
        let factor = builder.floats(matrix, [map.inputLength, map.outputLength])
        var order = Array(0..<rank)
        order.swapAt(axis, rank - 1)
        func turned(_ value: String) -> String {
            axis == rank - 1 ? value : builder.node("Transpose", [value], ["perm": .integers(order)])
        }
        return turned(builder.node("MatMul", [turned(value), factor]))
    }
}

/// A filter along an axis as a convolution, or a transposed one if it puts zeros between the positions.
struct AxisFilter {
    /// In the order of the convolution.
    private(set) var taps: [Float]
    private(set) var before = 0
    private(set) var after = 0
    let up: Int
    let down: Int

    var isTransposed: Bool { up > 1 }

    /// - Parameters:
    ///   - taps: row r is Σ taps[k − first] · x[c] over all c with k = r · down − c · up.
    ///   - maps: the maps that it stands for; nil results if no border suits all of them.
    init?(taps: [Float], first: Int, up: Int, down: Int, maps: [AxisMap]) {
        (self.taps, self.up, self.down) = (taps, up, down)
        let last = first + taps.count - 1
        if up > 1 {
            // Positions before the first tap are zeros.
            self.taps = [Float](repeating: 0, count: max(first, 0)) + taps
            before = max(-first, 0)
            let surplus = Set(
                maps.map { map in
                    (map.inputLength - 1) * up + self.taps.count - before - (map.outputLength - 1) * down - 1
                })
            guard surplus.count == 1, let cut = surplus.first else { return nil }
            (after, self.taps) = (max(cut, 0), self.taps + [Float](repeating: 0, count: max(-cut, 0)))
            return
        }
        self.taps = [Float](repeating: 0, count: max(-last, 0)) + taps.reversed()
        before = max(last, 0)
        let least = maps.map { map in
            (map.outputLength - 1) * down + self.taps.count - map.inputLength - before
        }
        guard let needed = least.max(), least.allSatisfy({ needed < $0 + down }) else { return nil }
        (after, self.taps) = (max(needed, 0), self.taps + [Float](repeating: 0, count: max(-needed, 0)))
    }
}
