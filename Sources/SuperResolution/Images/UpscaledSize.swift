import ImageFiles
import TensorCore

/// The size of a result.
public enum UpscaledSize: Sendable, Hashable {
    /// How an image fits into a box.
    public enum Fit: String, Sendable, Hashable, CaseIterable {
        /// The largest size that fits into the box.
        case inside
        /// The smallest size that covers the box.
        case outside
        /// Exactly the size of the box, with changed proportions.
        case stretch
    }

    /// Both sides multiplied.
    case scale(Double)
    /// Sides in pixels; a nil side follows from the proportions.
    case pixels(width: Int?, height: Int?, Fit)

    /// The size of the result for an image of some size.
    package func size(width: Int, height: Int) -> (width: Int, height: Int) {
        func times(_ length: Int, _ factor: Double) -> Int {
            max(1, Int(saturating: (Double(length) * factor).rounded()))
        }
        switch self {
        case .scale(let factor): return (times(width, factor), times(height, factor))
        case .pixels(let wanted?, let other?, let fit):
            let (across, down) = (Double(wanted) / Double(width), Double(other) / Double(height))
            switch fit {
            case .stretch: return (wanted, other)
            case .inside:
                return across <= down
                    ? (wanted, min(times(height, across), other)) : (min(times(width, down), wanted), other)
            case .outside:
                return across >= down
                    ? (wanted, max(times(height, across), other)) : (max(times(width, down), wanted), other)
            }
        case .pixels(let wanted?, nil, _): return (wanted, times(height, Double(wanted) / Double(width)))
        case .pixels(nil, let wanted?, _): return (times(width, Double(wanted) / Double(height)), wanted)
        case .pixels(nil, nil, _): return (width, height)
        }
    }
}
