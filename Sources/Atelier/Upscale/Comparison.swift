import BatchPipeline
import ImageData
import ImageFiles

/// An image of bicubic upscaled images beside ours, where they differ most.
final class Comparison {
    private let path: String
    private var pairs: [Image] = []

    /// Images that are shown, at most, and pixels of a side of each half.
    private static let most = 8
    private static let side = 320
    /// Rows that are looked at together.
    private static let stripRows = 256

    init(path: String) { self.path = path }

    /// Adds an image, unless there are enough.
    func add(_ task: ImageTask, _ result: ImageResult) throws {
        guard pairs.count < Self.most else { return }
        let before: any ImageRows = try task.image?.rows() ?? ImageRowReader(task.job.input)
        let after: any ImageRows = try result.image?.rows() ?? ImageRowReader(task.job.outputs[0])
        if let pair = try Self.pair(before, after) { pairs.append(pair) }
    }

    /// Writes the image, one pair below the other.
    func write() throws {
        guard let width = pairs.map(\.width).max() else { return }
        let lines = pairs.map { $0.padded(left: 0, top: 0, right: width - $0.width, bottom: 4, with: .white) }
        try Image(stacking: lines).write(to: path)
    }

    /// The part of an image whose upscaled images differ most, both side by side.
    private static func pair(_ before: any ImageRows, _ after: any ImageRows) throws -> Image? {
        var best: (difference: Double, pair: Image)?
        var plain: [Image] = []
        var pending = 0
        let bicubic = RowResampler(
            from: (before.width, before.height), to: (after.width, after.height), channels: before.channels,
            bitDepth: before.bitDepth, filter: .bicubic
        ) {
            plain.append($0)
            pending += $0.height
        }
        func look(_ rows: Int) throws {
            let all = Image(stacking: plain)
            guard let next = try after.next(rows) else { return }
            let own = next.converted(channels: 3).converted8()
            let reference = all.rows(0..<rows).converted(channels: 3).converted8()
            plain = rows < all.height ? [all.rows(rows..<all.height)] : []
            pending -= rows
            for x in stride(from: 0, to: max(own.width - side, 0) + 1, by: side / 2) {
                for y in stride(from: 0, to: max(own.height - side, 0) + 1, by: side / 2) {
                    let (width, height) = (min(side, own.width), min(side, own.height))
                    let (a, b) = (
                        reference.cropped(x: x, y: y, width: width, height: height),
                        own.cropped(x: x, y: y, width: width, height: height)
                    )
                    let difference = Self.difference(a, b)
                    if best.map({ difference > $0.difference }) ?? true { best = (difference, beside(a, b)) }
                }
            }
        }
        while let strip = try before.next(stripRows) {
            try bicubic.push(strip)
            while pending >= 2 * side { try look(side) }
        }
        if pending > 0 { try look(pending) }
        return best?.pair
    }

    /// The mean squared difference.
    private static func difference(_ a: Image, _ b: Image) -> Double {
        guard case .bits8(let one) = a.samples, case .bits8(let other) = b.samples else { return 0 }
        var sum = 0
        for i in one.indices {
            let step = Int(one[i]) - Int(other[i])
            sum += step * step
        }
        return Double(sum) / Double(max(one.count, 1))
    }

    private static func beside(_ a: Image, _ b: Image) -> Image {
        let left = a.padded(left: 0, top: 0, right: 4, bottom: 0, with: .white)
        var lines: [UInt8] = []
        guard case .bits8(let one) = left.samples, case .bits8(let other) = b.samples else { return a }
        for y in 0..<a.height {
            lines += one[y * left.width * 3..<(y + 1) * left.width * 3]
            lines += other[y * b.width * 3..<(y + 1) * b.width * 3]
        }
        return Image(width: left.width + b.width, height: a.height, channels: 3, samples8: lines)
    }
}
