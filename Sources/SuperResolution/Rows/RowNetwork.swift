import TensorCore

/// A generator whose forward pass can be run on the rows of an image as they come.
protocol RowGenerator: UpscalingGenerator {
    /// The pass in inference, stage by stage.
    func rowNetwork(_ precision: Precision) -> RowNetwork
}

/// A forward pass as stages that each see a few rows up and down only. Strips of rows go through all of them, one stage
/// after the other, and every stage remembers the few rows of its input that the next strip needs again: however far
/// the network sees, what comes out is what the image as a whole would have given, and hardly anything is computed
/// twice. Memory grows with the width of the image, not with its height.
indirect enum RowNetwork: Sendable {
    case window(RowWindow)
    /// One after the other.
    case chain([RowNetwork])
    /// What the network makes, times a factor, plus what came in. It keeps the number of rows.
    case residual(RowNetwork, scale: Float)
    /// What the network makes plus what a window makes of the same, which is quick: it is made only when it is needed,
    /// and what came in waits instead, having fewer channels.
    case sum(RowNetwork, RowWindow)
}

/// Layers that see `reach` positions up and down. A position is `taken` rows of what comes in and becomes `given` rows
/// of the result; likewise across.
struct RowWindow: Sendable {
    let reach: Int
    var taken = 1
    var given = 1
    /// Channels of what comes in.
    let channels: Int
    /// Values at work for each position, with the window and its result.
    let working: Int
    /// The most rows of positions that are worked on at once.
    var limit = Int.max
    /// Bytes at work whatever the width.
    var fixedBytes = 0
    /// `[N, channels, rows · taken, columns · taken]` to the result for all positions. Its outermost rows count only
    /// where the image ends there.
    let forward: @Sendable (Tensor) -> Tensor
}

/// Rows and columns on their way: the size of an image, and of its strips.
struct RowExtent {
    var height = 0
    var width = 0
    var strip = 0

    func through(_ window: RowWindow) -> RowExtent {
        func length(_ extent: Int) -> Int { extent / window.taken * window.given }
        return RowExtent(height: length(height), width: length(width), strip: length(strip))
    }
}

extension RowNetwork {
    /// Rows of the strips that images which are there as a whole go through in: all of a low one, which spares the
    /// rows that would be computed twice.
    static func strip(for height: Int) -> Int { height <= 192 ? height : 128 }

    /// The result for whole images `[N, C, H, W]`.
    func callAsFunction(_ x: Tensor) -> Tensor {
        let height = x.shape[2]
        let strip = Self.strip(for: height)
        let stream = RowStream(self, RowExtent(height: height, width: x.shape[3], strip: strip))
        var parts: [Tensor] = []
        for start in stride(from: 0, to: height, by: strip) {
            let rows = x.slice(axis: 2, from: start, count: min(strip, height - start))
            if let made = stream.push(rows, {}) { parts.append(made) }
        }
        while !stream.isFinished { if let rows = stream.push(nil, {}) { parts.append(rows) } }
        return .concatenated(parts, axis: 2)
    }

    /// About how many bytes a stream takes: what all stages remember, and the most that one needs at work.
    func bytes(width: Int, strip: Int) -> Int {
        var extent = RowExtent(width: width, strip: strip)
        let (kept, working) = bytes(&extent)
        return kept + working
    }

    private func bytes(_ extent: inout RowExtent) -> (kept: Int, working: Int) {
        switch self {
        case .window(let window):
            let columns = extent.width / window.taken
            let kept = 2 * window.reach * window.taken * extent.width * window.channels * 4
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
            let waiting = inner.delay * extent.width * inner.channels * 4
            let (kept, working) = inner.bytes(&extent)
            return (kept + waiting, working)
        case .sum(let network, let window):
            let waiting = network.delay * window.taken * extent.width * window.channels * 4
            let (kept, working) = network.bytes(&extent)
            return (kept + waiting, working)
        }
    }

    /// How many positions the result lies behind, where all stages have the same.
    private var delay: Int {
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
