import Foundation
import TensorCore

package enum AttentionRows {
    package static let all = cases.flatMap(\.rows)

    private struct Case {
        var name: String
        /// Of the queries.
        var shape: [Int]
        var heads: Int
        var windows: AttentionWindows
        var wrapping = Wrapping.neither

        var rows: [OperationRow] {
            let small = [
                shape[0], shape[1], shape[2] / windows.reduction, shape[3] / windows.reduction,
            ]
            let double = [small[0], 2 * small[1], small[2], small[3]]
            let bias = (shape: [heads, windows.queries, windows.keys], values: anywhere)
            let packed: [(String, [[Int]])] =
                (windows.reduction == 1 ? [("packed", [[shape[0], 3 * shape[1], shape[2], shape[3]]])] : [])
                + [("halves", [shape, double]), ("apart", [shape, small, small])]
            return packed.flatMap { form, parts in
                [false, true].map { hasBias in
                    OperationRow(
                        "windowAttention", "\(name), \(form)\(hasBias ? ", biased" : "")",
                        parts.map { ($0, anywhere) } + (hasBias ? [bias] : []), tolerance: 3e-4,
                        { x in
                            .windowAttention(
                                Array(x.prefix(parts.count)), heads: heads, bias: hasBias ? x[parts.count] : nil,
                                scale: 0.75, windows, wrapping: wrapping)
                        },
                        { x in
                            let joined =
                                parts.count == 3 ? Array(x.prefix(3)) : split(Array(x.prefix(parts.count)))
                            return reference(joined[0], joined[1], joined[2], hasBias ? x[parts.count] : nil)
                        })
                }
            }
        }

        private func split(_ parts: [ReferenceArray]) -> [ReferenceArray] {
            func channels(_ x: ReferenceArray, from start: Int) -> ReferenceArray {
                x.selecting(axis: 1, (0..<shape[1]).map { start + $0 })
            }
            let first = channels(parts[0], from: 0)
            let rest = parts[parts.count - 1]
            let start = parts.count == 1 ? shape[1] : 0
            return [first, channels(rest, from: start), channels(rest, from: start + shape[1])]
        }

        /// Pixel by pixel: the window that a query lies in, and its keys.
        private func reference(
            _ q: ReferenceArray, _ k: ReferenceArray, _ v: ReferenceArray, _ bias: ReferenceArray?
        ) -> ReferenceArray {
            let depth = shape[1] / heads
            return ReferenceArray(shape: shape) { index in
                let (image, channel, y, x) = (index[0], index[1], index[2], index[3])
                let head = channel / depth
                let down = keys(y, shape[2], windows.height, windows.shiftDown, wrapping.joinsRows)
                let across = keys(x, shape[3], windows.width, windows.shiftRight, wrapping.joinsColumns)
                var (scores, values): ([Double], [Double]) = ([], [])
                for (i, row) in down.keys.enumerated() {
                    for (j, column) in across.keys.enumerated() {
                        var score = 0.0
                        var value = 0.0
                        if let r = row.place, let c = column.place {
                            for part in 0..<depth {
                                let place = head * depth + part
                                score +=
                                    q.values[q.offset([image, place, y, x])]
                                    * k.values[k.offset([image, place, r, c])]
                            }
                            value = v.values[v.offset([image, channel, r, c])]
                        }
                        score *= 0.75
                        if let bias {
                            let query = down.query * windows.width + across.query
                            score += bias.values[bias.offset([head, query, i * across.keys.count + j])]
                        }
                        if row.isFar || column.isFar { score -= 100 }
                        scores.append(score)
                        values.append(value)
                    }
                }
                let powers = scores.map { Foundation.exp($0) }
                return zip(powers, values).reduce(0) { $0 + $1.0 * $1.1 } / powers.reduce(0, +)
            }
        }

        /// Along one axis, the place of a query in its window, and the keys that it sees there.
        private func keys(
            _ position: Int, _ length: Int, _ window: Int, _ shift: Int, _ wraps: Bool
        ) -> (query: Int, keys: [(place: Int?, isFar: Bool)]) {
            let r = windows.reduction
            let moved = (position - shift + length) % length
            let first = moved / window * window
            let keys = (first / r - windows.overlap..<(first + window) / r + windows.overlap).map { key in
                let isInside = (0..<length / r).contains(key)
                // A smaller image of keys has been moved before.
                let place = ((key + (r == 1 ? shift : 0)) % (length / r) + length / r) % (length / r)
                // Those behind the shift have come around the border; a key of several pixels with its last one.
                let isFar =
                    !wraps && windows.overlap == 0
                    && (key * r + r - 1 >= length - shift) != (moved >= length - shift)
                return (isInside || wraps ? place : nil, isFar)
            }
            return (moved % window, keys)
        }
    }

    private static let cases: [Case] = [
        Case(name: "square", shape: [1, 4, 4, 2], heads: 2, windows: AttentionWindows(2)),
        Case(name: "one head", shape: [2, 2, 2, 3], heads: 1, windows: AttentionWindows(height: 2, width: 3)),
        Case(name: "shifted", shape: [2, 2, 4, 4], heads: 2, windows: AttentionWindows(2, isShifted: true)),
        Case(
            name: "shifted on a torus", shape: [1, 2, 4, 2], heads: 1, windows: AttentionWindows(2, isShifted: true),
            wrapping: .y),
        Case(
            name: "long", shape: [1, 2, 2, 8], heads: 1,
            windows: AttentionWindows(height: 2, width: 4, shiftDown: 1, shiftRight: 1)),
        Case(name: "overlapping", shape: [1, 2, 4, 4], heads: 1, windows: overlapping),
        Case(name: "overlapping in a ring", shape: [1, 2, 2, 4], heads: 2, windows: overlapping, wrapping: .x),
        Case(name: "reduced", shape: [1, 2, 4, 8], heads: 1, windows: reduced(4)),
        Case(name: "reduced, odd shift", shape: [1, 2, 6, 6], heads: 1, windows: reduced(6)),
    ]

    private static var overlapping: AttentionWindows {
        var windows = AttentionWindows(2)
        windows.overlap = 1
        return windows
    }

    private static func reduced(_ side: Int) -> AttentionWindows {
        var windows = AttentionWindows(side, isShifted: true)
        windows.reduction = 2
        return windows
    }
}
