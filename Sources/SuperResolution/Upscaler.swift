import ImageData
import Layers
import Models
import TensorCore

/// A finished generator at work on images of any extent.
public struct Upscaler: Sendable {
    private enum Network {
        case whole(PlannedNetwork)
        case byRows(RowNetwork)
    }

    private let network: Network
    private let factor: Int
    /// What the generator takes heights and widths in multiples of; others are continued by reflection.
    public let multiple: Int
    /// How far a pixel of the result sees, in pixels of the image that comes in.
    public let reach: Int
    private let resize: Double?

    /// - Parameters:
    ///   - resize: what the generator's result is resized by at the end; nil leaves it as it is.
    ///   - precision: the arithmetic of convolutions.
    public init(_ generator: any UpscalingGenerator, resize: Double? = nil, precision: Precision = .float32) {
        network =
            (generator as? any RowGenerator).map { .byRows($0.rowNetwork(precision)) }
            ?? .whole(PlannedNetwork(generator, precision: precision))
        factor = generator.scale
        multiple = generator.multiple
        reach = generator.reach
        self.resize = resize
    }

    /// How many times larger the result is.
    public var scale: Double { Double(factor) * (resize ?? 1) }

    /// Upscalings of images `[N, C, H, W]` in [0, 1]. Where H or W is no multiple of what the network takes, the
    /// image is continued by its reflection to the right and below and the result cut back.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        let continuation = Continuation(height: x.shape[2], width: x.shape[3], multiple: multiple, .start)
        let wide = continuation.continued(x)
        let large =
            switch network {
            case .whole(let network): network(wide)
            case .byRows(let network): network(wide)
            }
        let y = continuation.cutBack(large, scale: factor)
        guard let resize else { return y }
        func resized(_ extent: Int) -> Int { max(1, Int((Double(extent) * resize).rounded(.down))) }
        return y.resized(height: resized(y.shape[2]), width: resized(y.shape[3]), .bicubic)
    }

    /// What makes the same of the rows of an image as they come, whose extents are multiples of `multiple`; nil for
    /// networks that take images as a whole only, and where `scale` is no whole number.
    var rows: RowNetwork? {
        guard case .byRows(let network) = network else { return nil }
        guard resize != nil else { return network }
        let large = Int(scale.rounded())
        guard abs(scale - Double(large)) < 1e-9 else { return nil }
        // The cubic's two pixels are two positions at most, and its place may lie between two.
        let working = 9 * factor * factor
        let resizing = RowWindow(reach: 3, taken: factor, given: large, channels: 3, working: working) { x in
            let (height, width) = (x.shape[2] / factor * large, x.shape[3] / factor * large)
            return x.resized(height: height, width: width, .bicubic)
        }
        return .chain([network, .window(resizing)])
    }

    /// About how many bytes an upscalement takes while it is made, its result among them.
    func bytes(height: Int, width: Int, channels: Int) -> Int {
        let result = 8 * channels * factor * factor * height * width
        switch network {
        case .whole(let network):
            let side = 16 * multiple
            let bytes = network.plan(for: [[1, channels, side, side]]).statistics.bufferBytes
            return bytes / (side * side) * height * width + result
        case .byRows(let network):
            return network.bytes(width: width, strip: RowNetwork.strip(for: height)) + result
        }
    }
}

extension Model {
    /// The model as something that upscales images.
    ///
    /// - Parameter precision: the arithmetic of convolutions.
    /// - Throws: `ModelError` when it is of another kind or its weights do not fit.
    public func upscaler(precision: Precision = .float32) throws(ModelError) -> Upscaler {
        let generator: any UpscalingGenerator = try built(for: .upscale)
        let resize = (network.parameters as? any UpscalerParameters)?.resize ?? 1
        return Upscaler(generator, resize: resize == 1 ? nil : resize, precision: precision)
    }
}
