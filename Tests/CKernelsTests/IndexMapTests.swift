import CKernels
import Testing

@Suite struct IndexMapTests {
    struct Entry {
        let column: Int32, weight: Float
        init(_ column: Int, _ weight: Float) { (self.column, self.weight) = (Int32(column), weight) }
    }

    private func expectMap(_ rows: [[Entry]], outer: Int, lengthIn: Int, inner: Int) {
        var starts: [Int32] = [0], columns: [Int32] = [], weights: [Float] = []
        for row in rows {
            columns += row.map(\.column)
            weights += row.map(\.weight)
            starts.append(Int32(columns.count))
        }
        let x = numbers(outer * lengthIn * inner)
        var y = buffer(outer * rows.count * inner)
        ck_axis_map(Int64(outer), Int64(lengthIn), Int64(inner), x, Int64(rows.count), starts, columns, weights, &y)
        var expected: [Double] = []
        for o in 0..<outer {
            for row in rows {
                for i in 0..<inner {
                    var sum = 0.0
                    for entry in row {
                        sum += Double(entry.weight) * Double(x[(o * lengthIn + Int(entry.column)) * inner + i])
                    }
                    expected.append(sum)
                }
            }
        }
        let difference = firstDifference(y, expected, floor: 1)
        #expect(difference == nil, "\(difference ?? "")")
    }

    @Test(arguments: [(1, 1), (3, 1), (16, 1), (300, 1), (2, 5), (3, 64), (5, 1000)])
    func sparseMapAlongAnAxis(_ outer: Int, _ inner: Int) {
        // A copy, an empty row, a mean of three, a weighted pair, a repeated column.
        let third: Float = 1 / 3
        let rows: [[Entry]] = [
            [Entry(2, 1)], [], [Entry(0, third), Entry(1, third), Entry(2, third)],
            [Entry(8, 0.25), Entry(7, 0.75)], [Entry(4, -2), Entry(4, 0.5)], [Entry(8, 1)],
        ]
        expectMap(rows, outer: outer, lengthIn: 9, inner: inner)
    }

    @Test(arguments: [1, 15, 37, 400]) func longMapsOfSingleElements(_ outer: Int) {
        let doubled = (0..<140).map { r -> [Entry] in
            let near: Float = r % 2 == 0 ? 0.75 : 0.25
            return [Entry(r / 2, near), Entry(min(r / 2 + 1, 69), 1 - near)]
        }
        expectMap(doubled, outer: outer, lengthIn: 70, inner: 1)
        // Shifted with a margin, reversed, and every second one: what slices, paddings and flips are.
        expectMap((0..<90).map { $0 < 10 || $0 > 79 ? [] : [Entry($0 - 10, 1)] }, outer: outer, lengthIn: 70, inner: 1)
        expectMap((0..<70).map { [Entry(69 - $0, 1)] }, outer: outer, lengthIn: 70, inner: 1)
        expectMap((0..<35).map { [Entry(2 * $0, 1)] }, outer: outer, lengthIn: 70, inner: 1)
    }

    @Test func placesABlock() {
        for (outer, length, inner, lengthY, offset) in [(3, 2, 5, 7, 4), (1, 1, 1, 1, 0), (200, 10, 30, 12, 1)] {
            let x = numbers(outer * length * inner)
            var y = buffer(outer * lengthY * inner)
            ck_place(Int64(outer), Int64(length), Int64(inner), x, Int64(lengthY), Int64(offset), &y)
            let expected = indices(of: [outer, lengthY, inner]).map { (place: [Int]) -> Float in
                let row = place[1] - offset
                guard row >= 0, row < length else { return -777 }
                return x[(place[0] * length + row) * inner + place[2]]
            }
            #expect(y == expected)
        }
    }

    @Test(arguments: [1, 3, 16, 100]) func gatherAndScatter(_ width: Int) {
        let rows = 11, index = numbers(500, in: 0...10.9).map { Int32($0) }
        let x = numbers(rows * width)
        var taken = buffer(500 * width)
        ck_gather_rows(x, Int64(width), index, 500, &taken)
        #expect(taken == index.flatMap { x[Int($0) * width..<(Int($0) + 1) * width] })
        var sum = [Double](repeating: 0, count: rows * width)
        let source = numbers(500 * width, seed: 9)
        for (r, target) in index.enumerated() {
            for i in 0..<width { sum[Int(target) * width + i] += Double(source[r * width + i]) }
        }
        var y = buffer(rows * width)
        ck_scatter_rows(source, Int64(width), index, 500, &y, Int64(rows))
        #expect(firstDifference(y, sum, relative: 1e-5, floor: 10) == nil)
    }

    @Test(arguments: [(2, 2, 2, 2, 0, 0), (3, 3, 2, 2, 1, 1), (3, 2, 1, 3, 1, 0), (5, 5, 1, 1, 2, 2)])
    func maxPooling(_ kernelH: Int, _ kernelW: Int, _ strideH: Int, _ strideW: Int, _ padH: Int, _ padW: Int) {
        let (planes, height, width) = (4, 11, 37)
        let outH = (height + 2 * padH - kernelH) / strideH + 1, outW = (width + 2 * padW - kernelW) / strideW + 1
        // Rounded, so that there are ties.
        var x = numbers(planes * height * width).map { ($0 * 4).rounded() }
        x[50] = .nan
        var y = buffer(planes * outH * outW)
        var places = [Int32](repeating: -1, count: y.count)
        ck_max_pool(
            x, Int64(planes), Int64(height), Int64(width), Int32(kernelH), Int32(kernelW), Int32(strideH),
            Int32(strideW), Int32(padH), Int32(padW), Int64(outH), Int64(outW), &y, &places)
        for (flat, place) in indices(of: [planes, outH, outW]).enumerated() {
            var best = -Float.infinity, at = -1
            for h in place[1] * strideH - padH..<place[1] * strideH - padH + kernelH where h >= 0 && h < height {
                for w in place[2] * strideW - padW..<place[2] * strideW - padW + kernelW where w >= 0 && w < width {
                    let index = (place[0] * height + h) * width + w
                    if x[index] > best || x[index].isNaN && !best.isNaN { (best, at) = (x[index], index) }
                }
            }
            #expect(y[flat] == best || y[flat].isNaN && best.isNaN)
            #expect(Int(places[flat]) == at)
        }
    }
}
