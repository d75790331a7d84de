import ImageFiles
import TensorCore

/// Upscales an image as its rows come, one band of tiles after the other. Memory grows with the width of the image
/// only.
final class BandUpscaler<Sample: SampleType> {
    private let network: TileNetwork
    private let writer: TileWriter<Sample>
    private let columns: TileLine
    private let rows: TileLine
    private let channels: Int
    private let width: Int
    private let isCanceled: () -> Bool
    private let emit: (Image) throws -> Void
    private var store: RowStore
    private var band = 0
    /// For each band the last row that it needs, and the first one that it or a later one does.
    private let lastRows: [Int]
    private let firstRows: [Int]
    /// The last rows of the band before, which the next one blends into.
    private var overlap: [Sample] = []

    init(
        columns: TileLine, rows: TileLine, channels: Int, network: TileNetwork, isCanceled: @escaping () -> Bool,
        emit: @escaping (Image) throws -> Void
    ) {
        (self.columns, self.rows, self.channels) = (columns, rows, channels)
        (self.network, self.isCanceled, self.emit) = (network, isCanceled, emit)
        writer = TileWriter(columns: columns, channels: channels, scale: network.scale)
        width = writer.width
        store = RowStore(channels: channels)
        let positions = (0..<rows.count).map { rows.positions(of: $0) }
        lastRows = positions.map { $0.max() ?? 0 }
        var first = Int.max
        firstRows = positions.reversed().map {
            first = min(first, $0.min() ?? 0)
            return first
        }.reversed()
    }

    /// Takes the next rows of the image.
    func push(_ rows: Image) throws {
        store.append(rows)
        while band < self.rows.count, store.end > lastRows[band] {
            try upscaleBand()
            band += 1
            if band < self.rows.count { store.drop(before: firstRows[band]) }
        }
    }

    private func upscaleBand() throws {
        let scale = network.scale
        let part = rows.part(of: band)
        let height = part.count * scale
        var samples = [Sample](repeating: 0, count: height * width * channels)
        let lines = rows.positions(of: band)
        let firstRow = (part.lowerBound - rows.starts[band]) * scale
        for column in 0..<columns.count {
            if isCanceled() { throw CancellationError() }
            let result = network(store.tile(rows: lines, columns: columns.positions(of: column)))
            samples.withUnsafeMutableBufferPointer {
                writer.write(result, column: column, rows: firstRow..<firstRow + height, into: $0)
            }
        }
        blendTop(of: &samples)
        let isLast = band == rows.count - 1
        let kept = isLast ? 0 : rows.feather * scale
        let stride = width * channels
        if kept > 0 {
            overlap = Array(samples[(height - kept) * stride..<height * stride])
            samples.removeLast(kept * stride)
        }
        try emit(Image(width: width, height: height - kept, channels: channels, samples: Sample.samples(samples)))
    }

    private func blendTop(of samples: inout [Sample]) {
        guard !overlap.isEmpty else { return }
        let stride = width * channels
        for (row, share) in rows.ramp(scale: network.scale).enumerated() {
            for i in row * stride..<(row + 1) * stride {
                let old = Float(overlap[i])
                samples[i] = Sample.nearest(old + share * (Float(samples[i]) - old))
            }
        }
        overlap = []
    }
}
