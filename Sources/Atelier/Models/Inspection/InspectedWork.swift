import InferencePlan
import Layers
import Memory
import Models
import TensorCore

/// What the work of a network takes on this machine.
public struct InspectedWork: Sendable {
    /// What is done.
    public enum Unit: String, Sendable, Hashable {
        /// A megapixel of the image that goes in.
        case megapixel
        /// One image.
        case image
    }

    /// What the figures are for.
    public let unit: Unit
    /// Multiplications with additions of the convolutions, matrix products and attention, as the network states them.
    /// Kernels may take fewer.
    public let multiplyAdds: Double
    /// How long it takes, estimated from a small image, in 32-bit floats; nil if it was not measured.
    public internal(set) var seconds: Double?
    /// The memory for an image of a megapixel with the weights, estimated; nil if unknown.
    public internal(set) var memoryBytes: Int?

    /// Of the images that go in.
    private let channels: Int
    private let multiple: Int

    /// The side of a square of a megapixel.
    static let megapixelSide = 1000
    /// The side of the image whose work is counted, and the work of the one that is measured.
    private static let (countedSide, measuredWork) = (128, 2e9)

    /// The work of a network from images to images.
    ///
    /// - Parameters:
    ///   - channels: of the images that go in.
    ///   - multiple: the number of which heights and widths must be multiples.
    ///   - forward: the forward pass.
    init(channels: Int, multiple: Int, _ forward: (Tensor) -> Tensor) {
        unit = .megapixel
        (self.channels, self.multiple) = (channels, multiple)
        let side = Self.rounded(Self.countedSide, multiple)
        let count = InferencePlan.multiplyAdds([[1, channels, side, side]]) { forward($0[0]) }
        multiplyAdds = Double(count) / Double(side * side) * 1e6
    }

    /// The work of a generator for one image.
    init(ofOne generator: Generator) {
        unit = .image
        (channels, multiple) = (generator.channels, 1)
        let network = generator.network
        let hasClasses = !generator.classNames.isEmpty
        let shapes: [Shape] = [[1, network.latentSize]] + (hasClasses ? [[1]] : [])
        let count = InferencePlan.multiplyAdds(shapes) {
            network($0[0], classes: hasClasses ? $0[1] : nil, .inference)
        }
        multiplyAdds = Double(count)
    }

    /// Measures how long a small image takes, and estimates a megapixel from it.
    mutating func measure(_ run: (Tensor) -> Tensor) {
        let pixels = Self.measuredWork / max(multiplyAdds / 1e6, 1)
        let side = Self.rounded(min(max(Int(pixels.squareRoot()), 16), 256), multiple)
        let image = Random(seed: 0).uniform([1, channels, side, side])
        guard let seconds = Self.seconds(image, run) else { return }
        self.seconds = seconds / Double(side * side) * 1e6
    }

    /// Measures how long one image takes.
    mutating func measure(_ latents: Tensor, _ run: (Tensor) -> Tensor) { seconds = Self.seconds(latents, run) }

    private static func rounded(_ side: Int, _ multiple: Int) -> Int { (side + multiple - 1) / multiple * multiple }

    /// The shortest of a few runs after the first, which makes the plan; nil if memory runs out.
    private static func seconds(_ input: Tensor, _ run: (Tensor) -> Tensor) -> Double? {
        try? MemoryJob.run {
            _ = run(input)
            try MemoryJob.check()
            let times = try (0..<2).map { _ in
                let time = ContinuousClock().measure { _ = run(input).withValues { $0.count } }
                try MemoryJob.check()
                return time
            }
            return times.min().map { $0 / .seconds(1) }
        } ?? nil
    }
}
