import TensorCore

/// What a map of an axis does, found from its rows for one or more lengths of the axis.
enum AxisMapForm: Equatable {
    /// Every `step`th position, from `starts` on; both one for each length. A negative step is the reversed order.
    case slice(starts: [Int], counts: [Int], step: Int)
    /// Positions before and after; ``padding`` says which.
    case padded(Tensor.PaddingMode, before: Int, after: Int)
    /// Every position this many times.
    case repeated(Int)
    case resampled(Interpolation)
    /// Row r is Σ taps[k − first] · x[c] over all c with k = r · down − c · up: a filter between zeros.
    case filter(taps: [Float], first: Int, up: Int, down: Int)
    /// Only one length: the positions.
    case positions([Int])
    /// Only one length: any matrix.
    case matrix

    /// - Parameter maps: the same map for several lengths of its axis, or for one.
    init?(_ maps: [AxisMap]) {
        let isFixed = maps.allSatisfy { $0.hasSameRows(as: maps[0]) }
        let maps = isFixed ? [maps[0]] : maps
        let chosen = maps.map(\.selection)
        if !chosen.contains(where: { $0 == nil }) {
            let chosen = chosen.compactMap(\.self)
            if let form = Self.slice(maps, chosen) ?? Self.padding(maps, chosen) ?? Self.repetition(maps, chosen) {
                self = form
                return
            }
            if isFixed, !chosen[0].contains(nil) {
                self = .positions(chosen[0].compactMap(\.self))
                return
            }
        }
        if let form = Self.filter(maps) ?? Self.resampling(maps) {
            self = form
        } else if isFixed {
            self = .matrix
        } else {
            return nil
        }
    }

    private static func slice(_ maps: [AxisMap], _ chosen: [[Int?]]) -> AxisMapForm? {
        guard let rows = chosen.first, let first = rows.first ?? nil else { return nil }
        let step = rows.count > 1 ? (rows[1] ?? first) - first : 1
        guard step != 0 else { return nil }
        var (starts, counts) = ([Int](), [Int]())
        for (map, rows) in zip(maps, chosen) {
            guard let first = rows.first ?? nil else { return nil }
            guard rows.enumerated().allSatisfy({ $1 == first + $0 * step }) else { return nil }
            // Only a whole axis is reversed.
            if step < 0 && (step != -1 || first != map.inputLength - 1 || rows.count != map.inputLength) { return nil }
            starts.append(first)
            counts.append(rows.count)
        }
        return .slice(starts: starts, counts: counts, step: step)
    }

    private static func padding(_ maps: [AxisMap], _ chosen: [[Int?]]) -> AxisMapForm? {
        for mode in Tensor.PaddingMode.allCases {
            var found: Set<[Int]> = []
            for (map, rows) in zip(maps, chosen) {
                let length = map.inputLength
                let border = rows.count - length
                guard border > 0 else { return nil }
                let before = (0...border).first { before in
                    (mode != .reflect || max(before, border - before) < length)
                        && rows.indices.allSatisfy { row in
                            rows[row] == position(row - before, length: length, mode)
                        }
                }
                guard let before else {
                    found = []
                    break
                }
                found.insert([before, border - before])
            }
            if found.count == 1, let sides = found.first {
                return .padded(mode, before: sides[0], after: sides[1])
            }
        }
        return nil
    }

    private static func position(_ position: Int, length: Int, _ mode: Tensor.PaddingMode) -> Int? {
        switch mode {
        case .zero: (0..<length).contains(position) ? position : nil
        case .replicate: min(max(position, 0), length - 1)
        case .reflect: Reflection.position(position, length: length)
        case .circular: Wrapping.positions(position..<position + 1, length: length)[0]
        }
    }

    private static func repetition(_ maps: [AxisMap], _ chosen: [[Int?]]) -> AxisMapForm? {
        let factor = chosen[0].count / max(maps[0].inputLength, 1)
        guard factor > 1 else { return nil }
        let fits = zip(maps, chosen).allSatisfy { map, rows in
            rows.count == factor * map.inputLength && rows.enumerated().allSatisfy { $1 == $0 / factor }
        }
        return fits ? .repeated(factor) : nil
    }

    private static func resampling(_ maps: [AxisMap]) -> AxisMapForm? {
        for interpolation in [Interpolation.bilinear, .bicubic] {
            let fits = maps.allSatisfy { map in
                map.isClose(
                    to: .resampling(from: map.inputLength, to: map.outputLength, interpolation, antialiased: false))
            }
            if fits { return .resampled(interpolation) }
        }
        return nil
    }

    private static func filter(_ maps: [AxisMap]) -> AxisMapForm? {
        // The most that networks sample up or down at once.
        let most = 8
        for up in 1...most {
            for down in 1...most where up == 1 || down == 1 || up % down != 0 && down % up != 0 {
                if let form = filter(maps, up: up, down: down) { return form }
            }
        }
        return nil
    }

    private static func filter(_ maps: [AxisMap], up: Int, down: Int) -> AxisMapForm? {
        var taps: [Int: Float] = [:]
        for map in maps {
            for (row, entries) in map.rows.enumerated() {
                for (column, weight) in entries {
                    let place = row * down - column * up
                    if let known = taps[place], abs(known - weight) > 1e-6 { return nil }
                    taps[place] = weight
                }
            }
        }
        guard let first = taps.keys.min(), let last = taps.keys.max(), last - first < 256 else { return nil }
        // No row may lack what the filter gives it.
        for map in maps {
            for (row, entries) in map.rows.enumerated() {
                let expected = taps.keys.count { place in
                    let column = row * down - place
                    return column >= 0 && column % up == 0 && column / up < map.inputLength
                }
                guard entries.count == expected else { return nil }
            }
        }
        return .filter(taps: (first...last).map { taps[$0] ?? 0 }, first: first, up: up, down: down)
    }
}

extension AxisMap {
    /// The entries of each row.
    var rows: [[(column: Int, weight: Float)]] {
        (0..<outputLength).map { row in
            (Int(rowStart[row])..<Int(rowStart[row + 1])).map { (Int(column[$0]), weight[$0]) }
        }
    }

    /// The position that each row copies, nil for zero; nil if a row does more.
    fileprivate var selection: [Int?]? {
        var positions: [Int?] = []
        for row in rows {
            switch row.count {
            case 0: positions.append(nil)
            case 1 where row[0].weight == 1: positions.append(row[0].column)
            default: return nil
            }
        }
        return positions
    }

    fileprivate func hasSameRows(as other: AxisMap) -> Bool {
        inputLength == other.inputLength && rowStart == other.rowStart && column == other.column
            && weight == other.weight
    }

    fileprivate func isClose(to other: AxisMap) -> Bool {
        inputLength == other.inputLength && rowStart == other.rowStart && column == other.column
            && zip(weight, other.weight).allSatisfy { abs($0 - $1) < 1e-6 }
    }
}
