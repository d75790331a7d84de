import Glibc
import TensorCore

/// How images are resampled. For shrinking, every filter is widened to prevent aliasing. At the border it is cut off
/// and rescaled, or, if the image repeats, continues on the opposite side.
public enum ResizeFilter: String, Sendable, Codable, CaseIterable {
    /// The mean of the covered pixels.
    case box
    /// A triangle.
    case bilinear
    /// Keys' cubic with a = −0.5 (Keys 1981).
    case bicubic
    /// A windowed sinc of three lobes.
    case lanczos3

    /// Its radius, in pixels of the coarser image.
    var support: Double {
        switch self {
        case .box: 0.5
        case .bilinear: 1
        case .bicubic: 2
        case .lanczos3: 3
        }
    }

    /// Its value at a distance from its center.
    func weight(_ distance: Double) -> Double {
        let x = abs(distance)
        switch self {
        case .box:
            return distance > -0.5 && distance <= 0.5 ? 1 : 0
        case .bilinear:
            return max(0, 1 - x)
        case .bicubic:
            let a = -0.5
            if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
            if x < 2 { return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a }
            return 0
        case .lanczos3:
            if x == 0 { return 1 }
            if x >= 3 { return 0 }
            let angle = Double.pi * x
            return 3 * sin(angle) * sin(angle / 3) / (angle * angle)
        }
    }
}

/// The composition of each pixel of a resampled line: consecutive source pixels and their weights.
struct ResamplingTaps: Sendable {
    /// Counted from the beginning of the margin.
    let first: [Int]
    let weights: [[Float]]
    /// The number of pixels from the opposite end that are needed before and after a line that repeats; 0 for others.
    let margin: Int

    init(from source: Int, to target: Int, _ filter: ResizeFilter, wraps: Bool = false) {
        let scale = Double(source) / Double(target)
        let stretch = max(scale, 1)
        let support = filter.support * stretch
        let margin = wraps ? Int(support) + 1 : 0
        var first: [Int] = []
        var weights: [[Float]] = []
        for output in 0..<target {
            let center = (Double(output) + 0.5) * scale + Double(margin)
            let start = max(0, Int(center - support + 0.5))
            let end = min(source + 2 * margin, max(start + 1, Int(center + support + 0.5)))
            let raw = (start..<end).map { filter.weight((Double($0) + 0.5 - center) / stretch) }
            let total = raw.reduce(0, +)
            first.append(start)
            weights.append(raw.map { Float(total == 0 ? 1 / Double(raw.count) : $0 / total) })
        }
        self.first = first
        self.weights = weights
        self.margin = margin
    }

    /// The positions of a line with its margins.
    func positions(length: Int) -> [Int] { Wrapping.positions(-margin..<length + margin, length: length) }
}
