import Layers
import TensorCore

/// A generator that can process the rows of an image as they arrive.
protocol RowGenerator: UpscalingGenerator {
    /// The pass in inference, stage by stage.
    ///
    /// - Parameter mode: of inference. If the columns of images repeat, so do those of strips; that the rows do is for
    ///   the stages to know, not for the layers.
    func rowNetwork(_ mode: ForwardMode) -> RowNetwork
}

/// A forward pass divided into stages, each with a reach of a few rows. Strips of rows go through all stages in order,
/// and every stage remembers the few rows of its input that the next strip needs again. The result is therefore that of
/// the whole image, whatever the reach of the network, and hardly anything is computed twice. Memory grows with the
/// width of the image, not with its height.
///
/// If the top joins the bottom, every stage also keeps the first rows of its input, and takes them once more after the
/// last. Its result then begins as many rows later as it reaches, with nothing computed twice. An image that goes in by
/// ``shift(_:)`` rows later comes out in order.
indirect enum RowNetwork: Sendable {
    case window(RowWindow)
    /// One after the other.
    case chain([RowNetwork])
    /// The network's result times a factor, plus its input. The number of rows stays the same.
    case residual(RowNetwork, scale: Float)
    /// The network's result plus the result of a window on the same input. The window is fast, so it runs only when its
    /// result is needed; the input, which has fewer channels, is kept instead.
    case sum(RowNetwork, RowWindow)
}

/// Layers with a reach of `reach` positions. A position is `taken` rows of the input and `given` rows of the result;
/// the same holds for columns.
struct RowWindow: Sendable {
    let reach: Int
    var taken = 1
    var given = 1
    /// Channels of the input.
    let channels: Int
    /// Values in memory for each position, including the window and its result.
    let working: Int
    /// The most rows of positions that are processed at once.
    var limit = Int.max
    /// Memory that does not depend on the width, in bytes.
    var fixedBytes = 0
    /// `[N, channels, rows · taken, columns · taken]` to the result for all positions. Its outermost rows are valid
    /// only at the ends of the image.
    let forward: @Sendable (Tensor) -> Tensor
}

/// The size of an image and of its strips.
struct RowExtent {
    var height = 0
    var width = 0
    var strip = 0
    /// Whether the top joins the bottom.
    var wraps = false
    /// How often rows that wait are kept: those that come once more are kept aside.
    var copies: Int { wraps ? 2 : 1 }

    func through(_ window: RowWindow) -> RowExtent {
        func length(_ extent: Int) -> Int { extent / window.taken * window.given }
        return RowExtent(height: length(height), width: length(width), strip: length(strip), wraps: wraps)
    }
}

extension RowNetwork {
    /// The height of strips for images in memory: the whole height of a low image, which avoids computing rows twice.
    static func strip(for height: Int) -> Int { height <= 192 ? height : 128 }

    /// The result for whole images `[N, C, H, W]`.
    ///
    /// - Parameter wraps: whether the top joins the bottom.
    func callAsFunction(_ x: Tensor, wraps: Bool = false) -> Tensor {
        let height = x.shape[2]
        let strip = Self.strip(for: height)
        let stream = RowStream(self, RowExtent(height: height, width: x.shape[3], strip: strip, wraps: wraps))
        var parts: [Tensor] = []
        let x = wraps ? x.gathering(Self.order(height, from: -inputShift), axis: 2) : x
        for start in stride(from: 0, to: height, by: strip) {
            let rows = x.slice(axis: 2, from: start, count: min(strip, height - start))
            if let made = stream.push(rows, {}) { parts.append(made) }
        }
        while !stream.isFinished { if let rows = stream.push(nil, {}) { parts.append(rows) } }
        return .concatenated(parts, axis: 2)
    }

    /// The rows of an image that repeats, from some row on.
    static func order(_ height: Int, from first: Int) -> [Int] {
        Wrapping.positions(first..<first + height, length: height)
    }

    /// For an image that repeats, the first row of the result, in rows of the input.
    var inputShift: Int {
        let (rows, given, taken) = shift((0, 1, 1))
        return rows * taken / given
    }

    /// For an image that repeats, the row of the result that comes first: if the input begins with row `rows` of images
    /// for which `taken` rows of the whole network's input became `given`.
    private func shift(_ start: (rows: Int, given: Int, taken: Int)) -> (rows: Int, given: Int, taken: Int) {
        switch self {
        case .window(let window):
            let rows = (start.rows / window.taken + window.reach) * window.given
            return (rows, start.given * window.given, start.taken * window.taken)
        case .chain(let parts): return parts.reduce(start) { $1.shift($0) }
        case .residual(let inner, _), .sum(let inner, _): return inner.shift(start)
        }
    }

    /// The approximate memory of a stream, in bytes: the rows that all stages remember, plus the most that one stage
    /// needs.
    func bytes(width: Int, strip: Int, wraps: Bool = false) -> Int {
        var extent = RowExtent(width: width, strip: strip, wraps: wraps)
        let (kept, working) = bytes(&extent)
        return kept + working
    }

    private func bytes(_ extent: inout RowExtent) -> (kept: Int, working: Int) {
        switch self {
        case .window(let window):
            let columns = extent.width / window.taken
            let kept = extent.copies * 2 * window.reach * window.taken * extent.width * window.channels * 4
            let positions = (extent.strip / window.taken + 2 * window.reach) * columns
            let working = positions * window.working * 4 + window.fixedBytes
            extent = extent.through(window)
            return (kept, working)
        case .chain(let parts):
            return parts.reduce((0, 0)) { sum, part in
                let (kept, working) = part.bytes(&extent)
                return (sum.0 + kept, max(sum.1, working))
            }
        case .residual(let inner, _):
            let waiting = extent.copies * inner.delay * extent.width * inner.channels * 4
            let (kept, working) = inner.bytes(&extent)
            return (kept + waiting, working)
        case .sum(let network, let window):
            let waiting = extent.copies * network.delay * window.taken * extent.width * window.channels * 4
            let (kept, working) = network.bytes(&extent)
            return (kept + waiting, working)
        }
    }

    /// The delay of the result, in positions, if all stages have the same positions.
    var delay: Int {
        switch self {
        case .window(let window): window.reach
        case .chain(let parts): parts.reduce(0) { $0 + $1.delay }
        case .residual(let inner, _), .sum(let inner, _): inner.delay
        }
    }

    private var channels: Int {
        switch self {
        case .window(let window): window.channels
        case .chain(let parts): parts.first?.channels ?? 0
        case .residual(let inner, _), .sum(let inner, _): inner.channels
        }
    }
}
