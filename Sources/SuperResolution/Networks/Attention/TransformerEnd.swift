import Layers
import TensorCore

/// The last layers of a transformer, by which features become an image (Liang et al. 2021, "SwinIR"). They stand beside
/// the other layers in the checkpoints, so the network lists them without a name.
final class TransformerEnd: Module {
    let convBeforeUpsample: Sequential?
    let upsample: Sequential?
    let convUp1: Conv2d?
    let convUp2: Conv2d?
    let convUp3: Conv2d?
    let convHr: Conv2d?
    let convLast: Conv2d?

    init(_ frame: TransformerFrame, random: Random) {
        let (features, wide, channels) = (frame.features, frame.upsampledFeatures, frame.inputChannels)
        func convolution(_ from: Int, _ to: Int) -> Conv2d { Conv2d(from, to, kernel: 3, padding: 1, random: random) }
        let factor = frame.scale * frame.unshuffle
        let isWide = frame.upsampler == .shuffle || frame.upsampler == .nearest
        convBeforeUpsample = isWide ? Sequential([convolution(features, wide), LeakyReLU(0.01)]) : nil
        switch frame.upsampler {
        case .shuffle:
            let factors = factor == 3 ? [3] : [Int](repeating: 2, count: factor.trailingZeroBitCount)
            upsample = Sequential(
                factors.flatMap { [convolution(wide, $0 * $0 * wide), PixelShuffle($0)] as [any Layer] })
        case .shuffleDirectly:
            upsample = Sequential([convolution(features, factor * factor * channels), PixelShuffle(factor)])
        case .nearest, .none: upsample = nil
        }
        let doublings = frame.upsampler == .nearest ? factor.trailingZeroBitCount : 0
        convUp1 = doublings > 0 ? convolution(wide, wide) : nil
        convUp2 = doublings > 1 ? convolution(wide, wide) : nil
        convUp3 = doublings > 2 ? convolution(wide, wide) : nil
        convHr = frame.upsampler == .nearest ? convolution(wide, wide) : nil
        convLast = frame.upsampler == .shuffleDirectly ? nil : convolution(isWide ? wide : features, channels)
    }

    /// - Parameters:
    ///   - features: those of the transformer.
    ///   - input: the image that the transformer has seen.
    func callAsFunction(_ features: Tensor, input: Tensor, _ mode: ForwardMode) -> Tensor {
        var h = convBeforeUpsample?(features, mode) ?? features
        h = upsample?(h, mode) ?? h
        for convolution in [convUp1, convUp2, convUp3].compactMap({ $0 }) {
            h = convolution(h.upsampledNearest(by: 2), mode).leakyReLU(slope: 0.2)
        }
        if let convHr { h = convHr(h, mode).leakyReLU(slope: 0.2) }
        h = convLast?(h, mode) ?? h
        return convBeforeUpsample == nil && upsample == nil ? input + h : h
    }
}
