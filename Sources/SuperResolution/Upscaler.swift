import ImageData
import Layers
import Models
import TensorCore

/// A trained generator for images of any size.
package struct Upscaler: Sendable {
    private enum Network {
        case whole(PlannedNetwork)
        case byRows(RowNetwork, ofRepeatingColumns: RowNetwork?)
    }

    private let network: Network
    private let factor: Int
    /// The axes along which images repeat by default.
    package let wrapping: Wrapping
    /// The number of which heights and widths must be multiples; other images are extended by reflection.
    package let multiple: Int
    /// The distance, in input pixels, on which a pixel of the result depends.
    package let reach: Int
    private let resize: Double?
    /// The number to multiples of which images are extended here.
    let extended: Int

    /// - Parameters:
    ///   - resize: the factor by which the generator's result is resized at the end; nil for none.
    ///   - precision: the arithmetic of convolutions.
    ///   - wrapping: the axes along which images repeat.
    package init(
        _ generator: any UpscalingGenerator, resize: Double? = nil, precision: Precision = .float32,
        wrapping: Wrapping = .neither
    ) {
        if let generator = generator as? any RowGenerator {
            let mode = ForwardMode.inference(precision)
            network = .byRows(
                generator.rowNetwork(mode),
                ofRepeatingColumns: wrapping.joinsColumns ? generator.rowNetwork(mode.wrapping(.x)) : nil)
        } else {
            network = .whole(PlannedNetwork(generator, precision: precision))
        }
        self.wrapping = wrapping
        factor = generator.scale
        multiple = generator.multiple
        extended = generator.continuesImages ? 1 : multiple
        reach = generator.reach
        self.resize = resize
    }

    /// How many times larger the result is.
    package var scale: Double { Double(factor) * (resize ?? 1) }

    /// Upscalings of images `[N, C, H, W]` in [0, 1]. If H or W does not suit the network, the image is extended by
    /// reflection to the right and below, and the result is cropped.
    ///
    /// - Parameter axes: those of ``wrapping`` along which these images repeat, and therefore suit the network; nil for
    ///   all. A tile with a margin does not repeat.
    package func callAsFunction(_ x: Tensor, wrapping axes: Wrapping? = nil) -> Tensor {
        let wrapping = axes?.intersection(self.wrapping) ?? self.wrapping
        let continuation = Continuation(height: x.shape[2], width: x.shape[3], multiple: extended, .start)
        let wide = continuation.continued(x)
        let large =
            switch network {
            case .whole(let network): network(wide, wrapping: wrapping)
            case .byRows(let network, let repeating):
                (wrapping.joinsColumns ? repeating ?? network : network)(wide, wraps: wrapping.joinsRows)
            }
        let y = continuation.cutBack(large, scale: factor)
        guard let resize else { return y }
        func resized(_ extent: Int) -> Int { max(1, Int(saturating: (Double(extent) * resize).rounded(.down))) }
        return y.resized(height: resized(y.shape[2]), width: resized(y.shape[3]), .bicubic, wrapping: wrapping)
    }

    /// The same network in a form that processes rows as they arrive, for sizes that are multiples of `multiple`; nil
    /// for networks that need whole images, and if `scale` is not an integer.
    var rows: RowNetwork? {
        guard case .byRows(let plain, let repeating) = network else { return nil }
        let network = repeating ?? plain
        guard resize != nil else { return network }
        // Strips of rows that repeat begin at any position, but resizing has a grid of its own.
        guard wrapping == .neither else { return nil }
        let large = Int(saturating: scale.rounded())
        guard abs(scale - Double(large)) < 1e-9 else { return nil }
        // The two pixels of the cubic cover at most two positions, and its center may lie between two.
        let working = 9 * factor * factor
        let resizing = RowWindow(reach: 3, taken: factor, given: large, channels: 3, working: working) { x in
            let (height, width) = (x.shape[2] / factor * large, x.shape[3] / factor * large)
            return x.resized(height: height, width: width, .bicubic)
        }
        return .chain([network, .window(resizing)])
    }

    /// The approximate memory, in bytes, for upscaling an image, including the result.
    func bytes(height: Int, width: Int, inputs: Int, outputs: Int) -> Int {
        let result = 8 * outputs * factor * factor * height * width
        switch network {
        case .whole(let network):
            let side = 16 * multiple
            let bytes = network.plan(for: [[1, inputs, side, side]]).statistics.bufferBytes
            return bytes / (side * side) * height * width + result
        case .byRows(let network, _):
            return network.bytes(width: width, strip: RowNetwork.strip(for: height)) + result
        }
    }
}

extension Model {
    /// The model as an upscaler.
    ///
    /// - Parameters:
    ///   - precision: the arithmetic of convolutions.
    ///   - wrapping: the axes along which images repeat; nil for those of the model.
    /// - Throws: `ModelError` if the model has another kind or its weights do not fit.
    package func upscaler(
        precision: Precision = .float32, wrapping: Wrapping? = nil
    ) throws(ModelError) -> Upscaler {
        let generator: any UpscalingGenerator = try built(for: .upscale)
        let resize = (network.parameters as? any UpscalerParameters)?.resize ?? 1
        return Upscaler(
            generator, resize: resize == 1 ? nil : resize, precision: precision,
            wrapping: wrapping ?? network.wrapping)
    }
}
