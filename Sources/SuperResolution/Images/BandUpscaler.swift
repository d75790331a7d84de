import ImageData
import ImageFiles
import Memory

/// Upscales an image row by row, one band of tiles at a time. Memory grows only with the width of the image, unless its
/// rows repeat: then the first band needs the last rows.
///
/// Tiles are blended only around their seams, in the samples of the result. Memory holds one band of the result and the
/// rows that the next band is blended with.
final class BandUpscaler<Sample: SampleType> {
    private let network: TileNetwork
    private let writer: TileWriter<Sample>
    private let rows: TileSeams
    private let isCanceled: () -> Bool
    private let emit: (Image) throws -> Void
    private var stream: TileStream
    private var samples: [Sample] = []
    /// The last rows of the previous band, with which the next band is blended.
    private var overlap: [Sample] = []
    /// What the first band has above an image that repeats, with which the last band is blended.
    private var above: [Sample] = []

    /// - Parameter channels: of the image.
    init(
        columns: TileSeams, rows: TileSeams, channels: Int, network: TileNetwork, isCanceled: @escaping () -> Bool,
        emit: @escaping (Image) throws -> Void
    ) {
        (self.network, self.rows, self.isCanceled, self.emit) = (network, rows, isCanceled, emit)
        writer = TileWriter(columns: columns, channels: network.fit.result(of: channels), scale: network.scale)
        stream = TileStream(columns: columns.axis, rows: rows.axis, channels: channels)
    }

    /// Adds the next rows of the image.
    func push(_ rows: Image) throws {
        try stream.push(rows, { try upscale($0) }, rowEnded: { try emit(band($0)) })
    }

    private var stride: Int { writer.width * writer.channels }

    private func upscale(_ tile: Tile) throws {
        if isCanceled() { throw CancellationError() }
        let part = rows.part(of: tile.row)
        let height = part.count * writer.scale
        if tile.column == 0 { samples = try [Sample](allocating: height * stride, repeating: 0) }
        let first = (part.lowerBound - rows.axis.starts[tile.row]) * writer.scale
        let result = try network(tile.planes)
        samples.withUnsafeMutableBufferPointer {
            writer.write(result, column: tile.column, rows: first..<first + height, into: $0)
        }
    }

    /// The rows that no later tile changes.
    private func band(_ row: Int) -> Image {
        if row == 0, rows.axis.wraps {
            above = Array(samples.prefix(-rows.part(of: 0).lowerBound * writer.scale * stride))
            samples.removeFirst(above.count)
        }
        blend(overlap, at: 0) { $0 }
        if row > 0, row == rows.axis.count - 1 { blend(above, at: samples.count - above.count) { 1 - $0 } }
        let kept = row == rows.axis.count - 1 ? 0 : rows.feather * writer.scale * stride
        overlap = Array(samples.suffix(kept))
        samples.removeLast(kept)
        defer { samples = [] }
        return Image(
            width: writer.width, height: samples.count / stride, channels: writer.channels,
            samples: Sample.samples(samples))
    }

    /// Blends rows of the band with those of another.
    ///
    /// - Parameter share: of the band, for a value of the ramp.
    private func blend(_ others: [Sample], at start: Int, _ share: (Float) -> Float) {
        guard !others.isEmpty else { return }
        let stride = stride
        samples.withUnsafeMutableBufferPointer { samples in
            others.withUnsafeBufferPointer { others in
                for (row, step) in rows.ramp(scale: writer.scale).enumerated() {
                    let share = share(step)
                    for i in row * stride..<(row + 1) * stride {
                        let old = Float(others[i])
                        samples[start + i] = Sample.nearest(old + share * (Float(samples[start + i]) - old))
                    }
                }
            }
        }
    }
}
