import ImageData
import ImageFiles

/// Upscales an image row by row, one band of tiles at a time. Memory grows only with the width of the image.
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

    init(
        columns: TileSeams, rows: TileSeams, channels: Int, network: TileNetwork, isCanceled: @escaping () -> Bool,
        emit: @escaping (Image) throws -> Void
    ) {
        (self.network, self.rows, self.isCanceled, self.emit) = (network, rows, isCanceled, emit)
        writer = TileWriter(columns: columns, channels: channels, scale: network.scale)
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
        if tile.column == 0 { samples = [Sample](repeating: 0, count: height * stride) }
        let first = (part.lowerBound - rows.axis.starts[tile.row]) * writer.scale
        let result = try network(tile.planes)
        samples.withUnsafeMutableBufferPointer {
            writer.write(result, column: tile.column, rows: first..<first + height, into: $0)
        }
    }

    /// The rows that no later tile changes.
    private func band(_ row: Int) -> Image {
        blendTop()
        let kept = row == rows.axis.count - 1 ? 0 : rows.feather * writer.scale * stride
        overlap = Array(samples.suffix(kept))
        samples.removeLast(kept)
        defer { samples = [] }
        return Image(
            width: writer.width, height: samples.count / stride, channels: writer.channels,
            samples: Sample.samples(samples))
    }

    private func blendTop() {
        guard !overlap.isEmpty else { return }
        let stride = stride
        samples.withUnsafeMutableBufferPointer { samples in
            overlap.withUnsafeBufferPointer { overlap in
                for (row, share) in rows.ramp(scale: writer.scale).enumerated() {
                    for i in row * stride..<(row + 1) * stride {
                        let old = Float(overlap[i])
                        samples[i] = Sample.nearest(old + share * (Float(samples[i]) - old))
                    }
                }
            }
        }
    }
}
