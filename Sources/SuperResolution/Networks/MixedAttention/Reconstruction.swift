import Layers
import TensorCore

/// How a transformer's features become an image (Liang et al. 2021, "SwinIR"). The names are those of the public code.
package enum ReconstructionKind: String, Codable, Sendable, Hashable, CaseIterable {
    /// Convolutions, each followed by a pixel shuffle by 2 (or one by 3), then a last one.
    case shuffled = "pixelshuffle"
    /// One convolution and one pixel shuffle.
    case direct = "pixelshuffledirect"
    /// Two nearest-neighbor doublings with convolutions, for scale 4.
    case nearest = "nearest+conv"
    /// One convolution, added to the input, for scale 1.
    case residual = ""
}

/// The last layers of a transformer. They stand beside its other layers in the checkpoints, so the network lists them
/// without a name.
final class Reconstruction: Module {
    let convBeforeUpsample: Sequential?
    let upsample: Sequential?
    let convUp1: Conv2d?
    let convUp2: Conv2d?
    let convHr: Conv2d?
    let convLast: Conv2d?

    /// - Parameters:
    ///   - features: channels of the transformer.
    ///   - width: channels of the convolutions at higher resolution.
    init(_ kind: ReconstructionKind, scale: Int, features: Int, width: Int, outputs: Int, random: Random) {
        func convolution(_ from: Int, _ to: Int) -> Conv2d { Conv2d(from, to, kernel: 3, padding: 1, random: random) }
        let isWide = kind == .shuffled || kind == .nearest
        convBeforeUpsample = isWide ? Sequential([convolution(features, width), LeakyReLU(0.01)]) : nil
        upsample =
            switch kind {
            case .shuffled:
                Sequential(
                    Self.shuffles(scale).flatMap { factor -> [any Layer] in
                        [convolution(width, factor * factor * width), PixelShuffle(factor)]
                    })
            case .direct: Sequential([convolution(features, scale * scale * outputs), PixelShuffle(scale)])
            case .nearest, .residual: nil
            }
        convUp1 = kind == .nearest ? convolution(width, width) : nil
        convUp2 = kind == .nearest ? convolution(width, width) : nil
        convHr = kind == .nearest ? convolution(width, width) : nil
        convLast = kind == .direct ? nil : convolution(isWide ? width : features, outputs)
    }

    /// The factors of the pixel shuffles that make a scale.
    private static func shuffles(_ scale: Int) -> [Int] {
        scale == 3 ? [3] : [Int](repeating: 2, count: max(scale, 1).trailingZeroBitCount)
    }

    /// - Parameters:
    ///   - features: those of the transformer.
    ///   - input: the image that the transformer has seen.
    func callAsFunction(_ features: Tensor, input: Tensor, _ mode: ForwardMode) -> Tensor {
        var h = convBeforeUpsample?(features, mode) ?? features
        if let upsample { h = upsample(h, mode) }
        if let convUp1, let convUp2, let convHr {
            h = convUp1(h.upsampledNearest(by: 2), mode).leakyReLU(slope: 0.2)
            h = convUp2(h.upsampledNearest(by: 2), mode).leakyReLU(slope: 0.2)
            h = convHr(h, mode).leakyReLU(slope: 0.2)
        }
        if let convLast { h = convLast(h, mode) }
        return convBeforeUpsample == nil && upsample == nil ? input + h : h
    }
}
