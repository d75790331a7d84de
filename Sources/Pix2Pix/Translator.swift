import Layers
import TensorCore

/// A finished generator at work on pictures of any extent.
public struct Translator: Sendable {
    private let generator: any TranslationGenerator
    private let statistics: Pix2PixConfiguration.Statistics
    private let precision: Precision
    private var noise: Random?
    /// The network without noise; what is drawn anew for every picture is in no plan.
    private let planned: PlannedNetwork

    /// - Parameters:
    ///   - statistics: whose mean and variance batch normalisation uses.
    ///   - precision: the arithmetic of convolutions.
    ///   - noise: where dropout draws from; nil leaves it out.
    public init(
        _ generator: any TranslationGenerator, statistics: Pix2PixConfiguration.Statistics,
        precision: Precision = .float32, noise: Random? = nil
    ) {
        self.generator = generator
        self.statistics = statistics
        self.precision = precision
        self.noise = noise
        let phase = Phase.applied(pictureStatistics: statistics == .picture, noise: nil, precision)
        planned = PlannedNetwork(of: generator) { generator($0[0], phase) }
    }

    /// The same translator, its plans included, with other noise.
    public func drawing(from noise: Random?) -> Translator {
        var other = self
        other.noise = noise
        return other
    }

    /// What height and width are brought to multiples of.
    public var multiple: Int { generator.multiple }

    /// Translations `[N, outputs, H, W]` in [−1, 1] of pictures `[N, inputs, H, W]`. Where H or W is no multiple of
    /// what the network takes, the picture is continued by its reflection and the result cut back.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        let (height, width) = (x.shape[2], x.shape[3])
        let (rows, columns) = (continuation(of: height), continuation(of: width))
        var y = rows.positions.count == height ? x : x.gathering(rows.positions, axis: 2)
        if columns.positions.count != width { y = y.gathering(columns.positions, axis: 3) }
        if let noise {
            y = generator(y, .applied(pictureStatistics: statistics == .picture, noise: noise, precision)).detached
        } else {
            y = planned(y)
        }
        if y.shape[2] != height { y = y.slice(axis: 2, from: rows.before, count: height) }
        if y.shape[3] != width { y = y.slice(axis: 3, from: columns.before, count: width) }
        return y
    }

    /// The positions of an extent that continue it on both sides, by reflection, to a multiple of what the network
    /// takes; however short it is.
    private func continuation(of extent: Int) -> (before: Int, positions: [Int]) {
        let missing = (multiple - extent % multiple) % multiple
        let before = missing / 2
        let period = max(2 * (extent - 1), 1)
        let positions = (-before..<(extent + missing - before)).map { position in
            let folded = ((position % period) + period) % period
            return min(folded, period - folded)
        }
        return (before, positions)
    }
}
