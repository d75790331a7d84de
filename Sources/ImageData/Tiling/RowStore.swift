import ImageFiles
import TensorCore

/// The rows of an image that tiles may still need.
package struct RowStore {
    private struct Strip {
        let first: Int
        let image: Image
    }

    private let channels: Int
    private var strips: [Strip] = []
    /// The number of rows added so far.
    package private(set) var end = 0

    package init(channels: Int) { self.channels = channels }

    package mutating func append(_ rows: Image) {
        strips.append(Strip(first: end, image: rows))
        end += rows.height
    }

    /// Forgets strips that end before a row.
    package mutating func drop(before row: Int) {
        strips.removeAll { $0.first + $0.image.height <= row }
    }

    /// Some rows and columns as an image.
    package func image(rows: [Int], columns: [Int]) -> Image {
        var parts: [Image] = []
        var start = 0
        while start < rows.count, let strip = strip(of: rows[start]) {
            let own = strip.first..<strip.first + strip.image.height
            let end = rows[start...].firstIndex { !own.contains($0) } ?? rows.count
            parts.append(strip.image.taking(rows: rows[start..<end].map { $0 - strip.first }, columns: columns))
            start = end
        }
        return parts.count == 1 ? parts[0] : Image(stacking: parts)
    }

    /// Some rows and columns as planes from 0 to 1, `[1, channels, rows, columns]`.
    package func planes(rows: [Int], columns: [Int]) -> Tensor {
        Tensor(shape: [1, channels, rows.count, columns.count]) { buffer in
            for (y, row) in rows.enumerated() {
                guard let strip = strip(of: row) else { continue }
                switch strip.image.samples {
                case .bits8(let samples):
                    fill(buffer, y, rows.count, columns, samples, strip.image.width * (row - strip.first), 255)
                case .bits16(let samples):
                    fill(buffer, y, rows.count, columns, samples, strip.image.width * (row - strip.first), 65535)
                }
            }
        }
    }

    private func strip(of row: Int) -> Strip? { strips.last { $0.first <= row } }

    private func fill<Sample: FixedWidthInteger>(
        _ buffer: UnsafeMutableBufferPointer<Float>, _ y: Int, _ rows: Int, _ columns: [Int], _ samples: [Sample],
        _ firstPixel: Int, _ largest: Float
    ) {
        samples.withUnsafeBufferPointer { samples in
            columns.withUnsafeBufferPointer { columns in
                for channel in 0..<channels {
                    let target = (channel * rows + y) * columns.count
                    for x in 0..<columns.count {
                        let sample = samples[(firstPixel + columns[x]) * channels + channel]
                        buffer[target + x] = Float(sample) / largest
                    }
                }
            }
        }
    }
}
