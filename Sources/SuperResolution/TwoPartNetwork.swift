import Layers
import TensorCore

/// A generator in two parts: layers at the size of what comes in, which see far, and layers at the size of the result,
/// which see little more than their place but take most of the memory.
protocol TwoPartGenerator: UpscalingGenerator {
    /// What the first part makes of a picture.
    func features(_ x: Tensor, _ phase: Phase) -> Tensor
    /// The enlarged picture, `featureScale` times larger than the features.
    func picture(of features: Tensor, _ phase: Phase) -> Tensor
    /// How many times larger the result is than the features.
    var featureScale: Int { get }
    /// How far a pixel of the result sees, in positions of the features.
    var pictureReach: Int { get }
}

/// A two-part generator at work: the first part on the whole picture, the second in small tiles of the features, which
/// changes nothing but the memory it takes.
struct TwoPartNetwork: Sendable {
    private let first: PlannedNetwork
    private let second: PlannedNetwork
    private let scale: Int
    private let reach: Int

    /// Positions of the features that a tile makes a picture of.
    static let tile = 64

    init(_ generator: any TwoPartGenerator, precision: Precision) {
        let phase = Phase.inference(precision)
        first = PlannedNetwork(of: generator) { generator.features($0[0], phase) }
        second = PlannedNetwork(of: generator) { generator.picture(of: $0[0], phase) }
        (scale, reach) = (generator.featureScale, generator.pictureReach)
    }

    /// Enlarged pictures.
    func callAsFunction(_ x: Tensor) -> Tensor {
        let features = first(x)
        let (rows, columns) = (Self.parts(of: features.shape[2], reach), Self.parts(of: features.shape[3], reach))
        guard rows.count * columns.count > 1 else { return second(features) }
        let bands = rows.map { row in
            let band = features.slice(axis: 2, from: row.seen.lowerBound, count: row.seen.count)
            return Tensor.concatenated(
                columns.map { column in
                    let seen = band.slice(axis: 3, from: column.seen.lowerBound, count: column.seen.count)
                    return second(seen)
                        .slice(axis: 2, from: row.kept.lowerBound * scale, count: row.kept.count * scale)
                        .slice(axis: 3, from: column.kept.lowerBound * scale, count: column.kept.count * scale)
                }, axis: 3)
        }
        return Tensor.concatenated(bands, axis: 2)
    }

    /// About how many bytes an enlargement takes for each pixel that comes in, without its result.
    func bytesForEachPixel(_ shape: Shape) -> Int {
        first.plan(for: [shape]).statistics.bufferBytes / (shape[2] * shape[3])
    }

    /// Equal stretches of an extent, each with what is seen around it and what of that is kept.
    static func parts(of extent: Int, _ reach: Int) -> [(seen: Range<Int>, kept: Range<Int>)] {
        guard extent > tile + 2 * reach else { return [(0..<extent, 0..<extent)] }
        let count = (extent + tile - 1) / tile
        let length = (extent + count - 1) / count
        return (0..<count).map { index in
            let wanted = index * length..<min((index + 1) * length, extent)
            let start = min(max(wanted.lowerBound - reach, 0), extent - length - 2 * reach)
            let seen = start..<start + length + 2 * reach
            return (seen, wanted.lowerBound - start..<wanted.upperBound - start)
        }
    }
}
