import ImageFiles
import TensorCore

/// Resizes an image row by row, with memory for a few rows only. Color is weighted by alpha. If the rows repeat, the
/// first ones need the last ones, so all are kept.
package final class RowResampler {
    private let columns: FlatTaps
    private let rows: ResamplingTaps
    private let columnMargin: Int
    /// The source rows in the order of the taps, if they repeat.
    private let order: [Int]?
    private let sourceWidth: Int
    private let width: Int
    private let height: Int
    private let channels: Int
    private let bitDepth: Int
    private let emit: (Image) throws -> Void
    /// Source rows at the new width, from `firstLine` on; each has a little room behind it.
    private var lines: [[Float]] = []
    private var firstLine = 0
    private var row = 0

    private static let stripRows = 64

    /// - Parameters:
    ///   - bitDepth: of the result, 8 or 16.
    ///   - wrapping: the axes along which the image repeats.
    ///   - emit: receives rows of the result.
    package init(
        from source: (width: Int, height: Int), to size: (width: Int, height: Int), channels: Int, bitDepth: Int,
        filter: ResizeFilter, wrapping: Wrapping = .neither, emit: @escaping (Image) throws -> Void
    ) {
        let across = ResamplingTaps(from: source.width, to: size.width, filter, wraps: wrapping.joinsColumns)
        (columns, columnMargin) = (FlatTaps(across), across.margin)
        rows = ResamplingTaps(from: source.height, to: size.height, filter, wraps: wrapping.joinsRows)
        order = wrapping.joinsRows ? rows.positions(length: source.height) : nil
        sourceWidth = source.width
        (width, height, self.channels, self.bitDepth) = (size.width, size.height, channels, bitDepth)
        self.emit = emit
    }

    /// Adds the next rows of the image.
    package func push(_ strip: Image) throws {
        precondition(strip.width == sourceWidth && strip.channels == channels, "RowResampler: a strip of another kind")
        let largest: Float = strip.bitDepth == 8 ? 255 : 65535
        for y in 0..<strip.height {
            switch strip.samples {
            case .bits8(let samples): lines.append(line(of: samples, y * sourceWidth * channels, 1 / largest))
            case .bits16(let samples): lines.append(line(of: samples, y * sourceWidth * channels, 1 / largest))
            }
            if order == nil, lines.count % Self.stripRows == 0 { try makeRows() }
        }
        if let order {
            guard lines.count == order.count - 2 * rows.margin else { return }
            lines = order.map { lines[$0] }
        }
        try makeRows()
    }

    private func line<Sample: FixedWidthInteger>(of samples: [Sample], _ start: Int, _ factor: Float) -> [Float] {
        let (channels, hasAlpha, margin) = (channels, channels % 2 == 0, columnMargin * channels)
        let count = sourceWidth * channels
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: count + 2 * margin + 4) { source in
            samples.withUnsafeBufferPointer { samples in
                for i in 0..<count { source[margin + i] = Float(samples[start + i]) * factor }
            }
            for i in 0..<margin {
                source[i] = source[margin + (((i - margin) % count) + count) % count]
                source[margin + count + i] = source[margin + i % count]
            }
            for i in 0..<4 { source[count + 2 * margin + i] = 0 }
            if hasAlpha {
                for pixel in 0..<sourceWidth + 2 * columnMargin {
                    let alpha = source[pixel * channels + channels - 1]
                    for channel in 0..<channels - 1 { source[pixel * channels + channel] *= alpha }
                }
            }
            return combined(UnsafeRawBufferPointer(source))
        }
    }

    /// A row at the new width, all channels of a pixel at once.
    private func combined(_ source: UnsafeRawBufferPointer) -> [Float] {
        [Float](unsafeUninitializedCapacity: width * channels + 4) { target, count in
            let bytes = UnsafeMutableRawBufferPointer(target)
            columns.weights.withUnsafeBufferPointer { weights in
                for x in 0..<width {
                    var sum = SIMD4<Float>(repeating: 0)
                    var place = columns.first[x] * channels * 4
                    for tap in columns.starts[x]..<columns.starts[x + 1] {
                        sum.addProduct(weights[tap], source.loadUnaligned(fromByteOffset: place, as: SIMD4<Float>.self))
                        place += channels * 4
                    }
                    bytes.storeBytes(of: sum, toByteOffset: x * channels * 4, as: SIMD4<Float>.self)
                }
            }
            count = width * channels
        }
    }

    /// Emits all rows whose source rows have arrived.
    private func makeRows() throws {
        let ready = rows.first[row...].indices.prefix {
            rows.first[$0] + rows.weights[$0].count <= firstLine + lines.count
        }
        guard let first = ready.first else { return }
        let count = ready.count
        let stride = width * channels
        let samples: Image.Samples
        if bitDepth == 8 {
            samples = .bits8(stored(first, count, stride, 255))
        } else {
            samples = .bits16(stored(first, count, stride, 65535))
        }
        row += count
        if row < height {
            let unneeded = min(max(rows.first[row] - firstLine, 0), lines.count)
            lines.removeFirst(unneeded)
            firstLine += unneeded
        }
        try emit(Image(width: width, height: count, channels: channels, samples: samples))
    }

    private func stored<Sample: FixedWidthInteger & UnsignedInteger>(
        _ first: Int, _ count: Int, _ stride: Int, _ largest: Float
    ) -> [Sample] {
        let (channels, hasAlpha) = (channels, channels % 2 == 0)
        return [Sample](unsafeUninitializedCapacity: count * stride) { buffer, initialized in
            var sums = [Float](repeating: 0, count: stride)
            sums.withUnsafeMutableBufferPointer { sums in
                for row in first..<first + count {
                    sums.update(repeating: 0)
                    for (tap, weight) in rows.weights[row].enumerated() {
                        lines[rows.first[row] + tap - firstLine].withUnsafeBufferPointer { line in
                            for i in 0..<stride { sums[i] += weight * line[i] }
                        }
                    }
                    if hasAlpha {
                        for pixel in 0..<width {
                            let alpha = sums[pixel * channels + channels - 1]
                            let factor = alpha > 0 ? 1 / alpha : 0
                            for channel in 0..<channels - 1 { sums[pixel * channels + channel] *= factor }
                        }
                    }
                    let target = (row - first) * stride
                    for i in 0..<stride {
                        let level = sums[i] > 0 ? min(sums[i] * largest + 0.5, largest) : 0
                        buffer[target + i] = Sample(truncatingIfNeeded: Int32(level))
                    }
                }
            }
            initialized = count * stride
        }
    }
}

/// The taps of all pixels in one row of weights.
private struct FlatTaps {
    let first: [Int]
    let starts: [Int]
    let weights: [Float]

    init(_ taps: ResamplingTaps) {
        first = taps.first
        weights = taps.weights.flatMap(\.self)
        starts = taps.weights.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
    }
}
