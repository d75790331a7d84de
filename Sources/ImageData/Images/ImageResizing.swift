import ImageFiles
import TensorCore

extension Image {
    /// The image at another size. As in other programs, samples are averaged without undoing gamma. Color is weighted
    /// by alpha, so the color of transparent pixels does not bleed. Depth, channels and metadata stay.
    ///
    /// - Parameter wrapping: the axes along which the image repeats.
    public func resized(
        width: Int, height: Int, filter: ResizeFilter = .bicubic, wrapping: Wrapping = .neither
    ) -> Image {
        precondition(width > 0 && height > 0, "resized: to \(width)×\(height)")
        if width == self.width && height == self.height { return self }
        let columns = ResamplingTaps(from: self.width, to: width, filter, wraps: wrapping.joinsColumns)
        let rows = ResamplingTaps(from: self.height, to: height, filter, wraps: wrapping.joinsRows)
        let wide =
            wrapping == .neither
            ? self
            : taking(rows: rows.positions(length: self.height), columns: columns.positions(length: self.width))
        let resampler = Resampler(wide, width: width, height: height, columns: columns, rows: rows)
        let samples: Samples =
            switch wide.samples {
            case .bits8(let source): .bits8(resampler.run(source, largest: 255))
            case .bits16(let source): .bits16(resampler.run(source, largest: 65535))
            }
        return Image(width: width, height: height, channels: channels, samples: samples, metadata: metadata)
    }
}

/// Two passes over lines of floats. The pass that leaves less work goes first. Whole rows are combined at a time, which
/// vectorizes, and each source row is converted once.
private struct Resampler {
    let sourceWidth: Int
    let sourceHeight: Int
    let width: Int
    let height: Int
    let channels: Int
    let hasAlpha: Bool
    let columns: ResamplingTaps
    let rows: ResamplingTaps

    init(_ image: Image, width: Int, height: Int, columns: ResamplingTaps, rows: ResamplingTaps) {
        (sourceWidth, sourceHeight) = (image.width, image.height)
        (self.width, self.height) = (width, height)
        channels = image.channels
        hasAlpha = image.hasAlpha
        (self.columns, self.rows) = (columns, rows)
    }

    func run<Sample: FixedWidthInteger & UnsignedInteger & Sendable>(_ source: [Sample], largest: Float) -> [Sample] {
        let rowsFirst = height * sourceWidth <= sourceHeight * width
        let lineWidth = rowsFirst ? sourceWidth : width
        var planes = [Float](repeating: 0, count: height * lineWidth * channels)
        source.withUnsafeBufferPointer { source in
            planes.withUnsafeMutableBufferPointer { planes in
                combineRows(of: source, largest: largest, lineWidth: lineWidth, into: planes)
            }
        }
        return [Sample](unsafeUninitializedCapacity: width * height * channels) { buffer, count in
            var line = [Float](repeating: 0, count: width * channels)
            planes.withUnsafeBufferPointer { planes in
                line.withUnsafeMutableBufferPointer { line in
                    for y in 0..<height {
                        let from = UnsafeBufferPointer(
                            rebasing: planes[(y * lineWidth * channels)..<((y + 1) * lineWidth * channels)])
                        if rowsFirst { combineColumns(of: from, into: line) } else { _ = line.update(from: from) }
                        store(line, largest: largest, into: buffer, at: y * width * channels)
                    }
                }
            }
            count = width * height * channels
        }
    }

    /// Adds every source row, converted and already narrowed if that is faster, to the result rows that use it.
    private func combineRows<Sample: FixedWidthInteger>(
        of source: UnsafeBufferPointer<Sample>, largest: Float, lineWidth: Int,
        into planes: UnsafeMutableBufferPointer<Float>
    ) {
        var users = [[(row: Int, weight: Float)]](repeating: [], count: sourceHeight)
        for row in 0..<height {
            for (tap, weight) in rows.weights[row].enumerated() { users[rows.first[row] + tap].append((row, weight)) }
        }
        let full = UnsafeMutableBufferPointer<Float>.allocate(capacity: sourceWidth * channels)
        let narrow = UnsafeMutableBufferPointer<Float>.allocate(capacity: lineWidth * channels)
        defer {
            full.deallocate()
            narrow.deallocate()
        }
        for y in 0..<sourceHeight where !users[y].isEmpty {
            load(source, row: y, largest: largest, into: full)
            let ready: UnsafeMutableBufferPointer<Float>
            if lineWidth == sourceWidth {
                ready = full
            } else {
                combineColumns(of: UnsafeBufferPointer(full), into: narrow)
                ready = narrow
            }
            let length = lineWidth * channels
            for (row, weight) in users[y] {
                let start = row * length
                for i in 0..<length { planes[start + i] += weight * ready[i] }
            }
        }
    }

    private func combineColumns(of line: UnsafeBufferPointer<Float>, into result: UnsafeMutableBufferPointer<Float>) {
        for x in 0..<width {
            columns.weights[x].withUnsafeBufferPointer { weights in
                let start = columns.first[x] * channels
                for channel in 0..<channels {
                    var sum: Float = 0
                    var position = start + channel
                    for tap in 0..<weights.count {
                        sum += weights[tap] * line[position]
                        position += channels
                    }
                    result[x * channels + channel] = sum
                }
            }
        }
    }

    /// One row as floats, color multiplied by alpha.
    private func load<Sample: FixedWidthInteger>(
        _ source: UnsafeBufferPointer<Sample>, row: Int, largest: Float, into line: UnsafeMutableBufferPointer<Float>
    ) {
        let length = sourceWidth * channels
        let start = row * length
        for i in 0..<length { line[i] = Float(source[start + i]) }
        guard hasAlpha else { return }
        for pixel in 0..<sourceWidth {
            let alpha = line[pixel * channels + channels - 1] / largest
            for channel in 0..<(channels - 1) { line[pixel * channels + channel] *= alpha }
        }
    }

    private func store<Sample: FixedWidthInteger>(
        _ line: UnsafeMutableBufferPointer<Float>, largest: Float, into buffer: UnsafeMutableBufferPointer<Sample>,
        at start: Int
    ) {
        if hasAlpha {
            for pixel in 0..<width {
                let alpha = line[pixel * channels + channels - 1]
                let factor = alpha > 0 ? largest / alpha : 0
                for channel in 0..<(channels - 1) { line[pixel * channels + channel] *= factor }
            }
        }
        for i in 0..<(width * channels) {
            buffer[start + i] = Sample(min(max(line[i] + 0.5, 0), largest))
        }
    }
}
