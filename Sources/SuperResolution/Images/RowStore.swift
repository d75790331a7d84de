import ImageFiles
import TensorCore

/// The rows of an image that tiles may still ask for.
struct RowStore {
    private struct Strip {
        let first: Int
        let image: Image
    }

    private let channels: Int
    private var strips: [Strip] = []
    /// How many rows have come.
    private(set) var end = 0

    init(channels: Int) { self.channels = channels }

    mutating func append(_ rows: Image) {
        strips.append(Strip(first: end, image: rows))
        end += rows.height
    }

    /// Forgets strips that end before a row.
    mutating func drop(before row: Int) {
        strips.removeAll { $0.first + $0.image.height <= row }
    }

    /// A tile as planes from 0 to 1, `[1, channels, rows, columns]`.
    func tile(rows: [Int], columns: [Int]) -> Tensor {
        Tensor(shape: [1, channels, rows.count, columns.count]) { buffer in
            for (y, row) in rows.enumerated() {
                guard let strip = strips.last(where: { $0.first <= row }) else { continue }
                switch strip.image.samples {
                case .bits8(let samples):
                    fill(buffer, y, rows.count, columns, samples, strip.image.width * (row - strip.first), 255)
                case .bits16(let samples):
                    fill(buffer, y, rows.count, columns, samples, strip.image.width * (row - strip.first), 65535)
                }
            }
        }
    }

    private func fill<Sample: SampleType>(
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
