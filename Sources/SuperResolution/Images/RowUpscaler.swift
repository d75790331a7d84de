import ImageData
import ImageFiles
import Memory
import TensorCore

/// Upscales an image row by row with a network that processes rows. The result is that of the whole image. Memory grows
/// only with the width of the image, unless its rows repeat: then work begins with the last rows.
final class RowUpscaler<Sample: SampleType> {
    private let network: TileNetwork
    private let writer: TileWriter<Sample>
    private let isCanceled: () -> Bool
    private let emit: (Image) throws -> Void
    private let border: Int
    private let columns: [Int]
    /// For each row of the network's input, the row of the image: mirrored at the borders, or, if the image repeats,
    /// beginning so early that the result begins with the first row.
    private let lines: [Int]
    private let wrapping: Wrapping
    /// Of the image.
    private let channels: Int
    private let height: Int
    private let strip: Int
    private let colorStream: RowStream
    private var color: CorrectedRows
    private let alphaRows: AlphaRows?
    private var alpha: CorrectedRows
    private var store: RowStore
    private var next = 0

    /// - Parameters:
    ///   - columns, rows: the image as one tile.
    ///   - strip: the number of rows that go through the network together, a multiple of what it needs.
    init(
        columns: TileSeams, rows: TileSeams, channels: Int, network: TileNetwork, through rowNetwork: RowNetwork,
        strip: Int, isCanceled: @escaping () -> Bool, emit: @escaping (Image) throws -> Void
    ) {
        (self.network, self.isCanceled, self.emit) = (network, isCanceled, emit)
        self.columns = columns.axis.positions(of: 0)
        wrapping = Wrapping(x: columns.axis.wraps, y: rows.axis.wraps)
        (self.channels, self.strip, height, border) = (channels, strip, rows.axis.length, -rows.axis.starts[0])
        color = CorrectedRows(
            height: rows.axis.extent, scale: network.scale, correctsColor: network.correctsColor, wrapping: wrapping,
            multiple: network.upscaler.multiple, delay: rowNetwork.inputShift)
        alpha = color
        lines =
            rows.axis.wraps ? RowNetwork.order(height, from: -color.inputShift) : rows.axis.positions(of: 0)
        let fit = network.fit
        writer = TileWriter(columns: columns, channels: fit.result(of: channels), scale: network.scale)
        store = RowStore(channels: channels)
        let extent = RowExtent(
            height: lines.count, width: columns.axis.extent, strip: strip, wraps: rows.axis.wraps)
        colorStream = RowStream(rowNetwork, extent)
        alphaRows =
            fit.joint(channels) < channels
            ? AlphaRows(extent, scale: network.scale, reach: network.upscaler.reach, fit: fit) {
                RowStream(rowNetwork, $0)
            } : nil
    }

    /// Adds the next rows of the image.
    func push(_ rows: Image) throws {
        store.append(rows)
        if wrapping.joinsRows {
            guard store.end == height else { return }
            if next == 0, alphaVaries { alphaRows?.begin() }
        }
        while next < lines.count {
            let end = min(next + strip, lines.count)
            // The distance that color spreads into transparent areas.
            let around = alphaRows == nil ? 0 : EdgeBleeding.reach
            var seen = next - around..<end + around
            if !wrapping.joinsRows { seen = seen.clamped(to: 0..<lines.count) }
            let wanted = Wrapping.positions(seen, length: lines.count).map { lines[$0] }
            guard (wanted.max() ?? 0) < store.end else { return }
            let image = store.planes(rows: wanted, columns: columns)
            try MemoryJob.check()
            try upscale(image, next - seen.lowerBound..<end - seen.lowerBound)
            next = end
            if !wrapping.joinsRows { store.drop(before: lines[max(next - around, 0)...].min() ?? 0) }
        }
        while !colorStream.isFinished { try upscale(nil, 0..<0) }
    }

    /// Adds some rows of a part of the image and emits the finished rows.
    private func upscale(_ image: Tensor?, _ rows: Range<Int>) throws {
        func own(_ x: Tensor) -> Tensor { x.slice(axis: 2, from: rows.lowerBound, count: rows.count) }
        let check = { [isCanceled] in if isCanceled() { throw CancellationError() } }
        let small = image.map {
            own(alphaRows == nil ? $0 : EdgeBleeding.bled($0, wrapping: wrapping.intersection(.x)))
        }
        let made = try colorStream.push(small.map(network.fit.taken), check)
        try MemoryJob.check()
        let large = try made.map {
            network.fit.given(try $0.checkedFinite(), channels: writer.channels - (alphaRows == nil ? 0 : 1))
        }
        let done = color.push(small, result: large)
        var clear: CorrectedRows.Window?
        if let alphaRows {
            let own = image.map { own($0.slice(axis: 1, from: channels - 1, count: 1)) }
            let large = try alphaRows.push(own, giving: large?.shape[2] ?? 0, check)
            try MemoryJob.check()
            clear = alpha.push(own, result: large)
        }
        if let done { try handOn(done, clear) }
    }

    /// Whether alpha is not the same everywhere.
    private var alphaVaries: Bool {
        guard alphaRows != nil else { return false }
        var known: Float?
        for start in stride(from: 0, to: height, by: strip) {
            let rows = Array(start..<min(start + strip, height))
            let alpha = store.planes(rows: rows, columns: columns).slice(axis: 1, from: channels - 1, count: 1)
            let value = alpha.withValues { values in
                values.allSatisfy { $0 == known ?? values[0] } ? values[0] : nil
            }
            guard let value else { return true }
            known = value
        }
        return false
    }

    /// Emits rows without the reflection around the image.
    private func handOn(_ done: CorrectedRows.Window, _ clear: CorrectedRows.Window?) throws {
        let scale = network.scale
        let own = done.done.clamped(to: border..<border + height)
        guard !own.isEmpty else { return }
        let result = TileNetwork.Result(
            color: done.values, correction: done.correction, alpha: clear?.values, alphaCorrection: clear?.correction)
        let first = done.rows.lowerBound + (own.lowerBound - done.done.lowerBound) * scale
        let rows = first..<first + own.count * scale
        var samples = try [Sample](allocating: rows.count * writer.width * writer.channels, repeating: 0)
        samples.withUnsafeMutableBufferPointer { writer.write(result, column: 0, rows: rows, into: $0) }
        try emit(
            Image(
                width: writer.width, height: rows.count, channels: writer.channels, samples: Sample.samples(samples)))
    }
}
