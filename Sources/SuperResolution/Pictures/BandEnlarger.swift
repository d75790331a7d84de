import ImageFiles
import TensorCore

/// Enlarges a picture as its rows come, one band of tiles after the other. Memory grows with the width of the picture
/// only.
final class BandEnlarger<Sample: SampleType> {
    private let network: TileNetwork
    private let columns: TileLine
    private let rows: TileLine
    private let channels: Int
    private let width: Int
    private let isCancelled: () -> Bool
    private let emit: (Image) throws -> Void
    private var store: RowStore
    private var band = 0
    /// For each band the last row that it needs, and the first one that it or a later one does.
    private let lastRows: [Int]
    private let firstRows: [Int]
    /// The last rows of the band before, which the next one blends into.
    private var overlap: [Sample] = []

    init(
        columns: TileLine, rows: TileLine, channels: Int, network: TileNetwork, isCancelled: @escaping () -> Bool,
        emit: @escaping (Image) throws -> Void
    ) {
        (self.columns, self.rows, self.channels) = (columns, rows, channels)
        (self.network, self.isCancelled, self.emit) = (network, isCancelled, emit)
        width = columns.length * network.scale
        store = RowStore(channels: channels)
        let positions = (0..<rows.count).map { rows.positions(of: $0) }
        lastRows = positions.map { $0.max() ?? 0 }
        var first = Int.max
        firstRows = positions.reversed().map {
            first = min(first, $0.min() ?? 0)
            return first
        }.reversed()
    }

    /// Takes the next rows of the picture.
    func push(_ rows: Image) throws {
        store.append(rows)
        while band < self.rows.count, store.end > lastRows[band] {
            try enlargeBand()
            band += 1
            if band < self.rows.count { store.drop(before: firstRows[band]) }
        }
    }

    private func enlargeBand() throws {
        let scale = network.scale
        let part = rows.part(of: band)
        let height = part.count * scale
        var samples = [Sample](repeating: 0, count: height * width * channels)
        let lines = rows.positions(of: band)
        for column in 0..<columns.count {
            if isCancelled() { throw CancellationError() }
            let result = network(store.tile(rows: lines, columns: columns.positions(of: column)))
            samples.withUnsafeMutableBufferPointer { write(result, column: column, height: height, into: $0) }
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

    /// Writes a tile's part into the band; around the seam on its left it is blended with what is there.
    private func write(
        _ result: TileNetwork.Result, column: Int, height: Int, into band: UnsafeMutableBufferPointer<Sample>
    ) {
        let scale = network.scale
        let part = columns.part(of: column)
        let ramp = column == 0 ? [] : columns.ramp(scale: scale)
        let tileWidth = columns.extent * scale
        let firstRow = (rows.part(of: self.band).lowerBound - rows.starts[self.band]) * scale
        let firstColumn = (part.lowerBound - columns.starts[column]) * scale
        let count = part.count * scale
        let colors = result.color.shape[1]
        let line = UnsafeMutableBufferPointer<Float>.allocate(capacity: tileWidth)
        defer { line.deallocate() }
        for channel in 0..<channels {
            let isAlpha = channel >= colors
            let plane = isAlpha ? result.alpha ?? result.color : result.color
            let correction = isAlpha ? result.alphaCorrection : result.correction
            let index = isAlpha ? 0 : channel
            plane.withValues { values in
                for y in 0..<height {
                    let row = firstRow + y
                    let source = (index * rows.extent * scale + row) * tileWidth
                    if let correction {
                        correction.row(row, channel: index, scale: scale, into: line)
                        for x in firstColumn..<firstColumn + count { line[x] += values[source + x] }
                    } else {
                        for x in firstColumn..<firstColumn + count { line[x] = values[source + x] }
                    }
                    let target = (y * width + part.lowerBound * scale) * channels + channel
                    store(line, from: firstColumn, count, ramp, into: band, at: target)
                }
            }
        }
    }

    private func store(
        _ line: UnsafeMutableBufferPointer<Float>, from first: Int, _ count: Int, _ ramp: [Float],
        into band: UnsafeMutableBufferPointer<Sample>, at target: Int
    ) {
        let largest = Float(Sample.max)
        for x in 0..<ramp.count {
            let place = target + x * channels
            let old = Float(band[place])
            band[place] = Self.sample(old + ramp[x] * (Self.clipped(line[first + x], largest) - old))
        }
        for x in ramp.count..<count {
            band[target + x * channels] = Self.sample(Self.clipped(line[first + x], largest))
        }
    }

    /// What is not a number becomes black.
    private static func clipped(_ value: Float, _ largest: Float) -> Float {
        let scaled = value * largest
        return scaled > 0 ? min(scaled, largest) : 0
    }

    private static func sample(_ value: Float) -> Sample { Sample(truncatingIfNeeded: Int32(value + 0.5)) }

    private func blendTop(of samples: inout [Sample]) {
        guard !overlap.isEmpty else { return }
        let stride = width * channels
        for (row, share) in rows.ramp(scale: network.scale).enumerated() {
            for i in row * stride..<(row + 1) * stride {
                let old = Float(overlap[i])
                samples[i] = Self.sample(old + share * (Float(samples[i]) - old))
            }
        }
        overlap = []
    }
}
