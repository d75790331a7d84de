import Glibc

/// Resizing without antialiasing, as careless programs do it: the filter is not widened for shrinking, so detail
/// aliases.
enum PlainResize: Sendable, CaseIterable {
    /// The mean of all covered pixels.
    case area
    case bilinear
    /// Keys' cubic with a = −0.75.
    case bicubic
}

extension PlanarImage {
    /// The image at another size.
    func resized(width: Int, height: Int, plainly way: PlainResize) -> PlanarImage {
        if width == self.width && height == self.height { return self }
        return resampled(
            rows: LineMixture(way, from: self.height, to: height),
            columns: LineMixture(way, from: self.width, to: width))
    }
}

extension LineMixture {
    fileprivate init(_ way: PlainResize, from source: Int, to target: Int) {
        let step = Double(source) / Double(target)
        func inside(_ position: Int) -> Int { min(max(position, 0), source - 1) }
        switch way {
        case .area:
            let spans = (0..<target).map { pixel in
                (start: pixel * source / target, end: ((pixel + 1) * source + target - 1) / target)
            }
            let taps = spans.map { $0.end - $0.start }.max() ?? 1
            self.init(from: source, to: target, taps: taps) { pixel in
                let span = spans[pixel]
                return (0..<taps).map { tap in
                    let isUsed = span.start + tap < span.end
                    return (inside(span.start + tap), isUsed ? 1 / Double(span.end - span.start) : 0)
                }
            }
        case .bilinear:
            self.init(from: source, to: target, taps: 2) { pixel in
                let center = max((Double(pixel) + 0.5) * step - 0.5, 0)
                let left = Int(center)
                let share = center - Double(left)
                return [(inside(left), 1 - share), (inside(left + 1), share)]
            }
        case .bicubic:
            self.init(from: source, to: target, taps: 4) { pixel in
                let center = (Double(pixel) + 0.5) * step - 0.5
                let left = Int(center.rounded(.down))
                return (left - 1...left + 2).map { (inside($0), Self.cubic(abs(center - Double($0)))) }
            }
        }
    }

    private static func cubic(_ x: Double) -> Double {
        let a = -0.75
        if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
        if x < 2 { return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a }
        return 0
    }
}
