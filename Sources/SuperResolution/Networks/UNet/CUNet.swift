import Layers
import TensorCore

/// Real-CUGAN and the cascaded U-Nets of waifu2x: two small U-Nets of convolutions without borders, one after the
/// other, the second of which corrects the first. An image first gets a reflected margin as wide as what the
/// convolutions take away.
///
/// `[N, inputs, H, W] → [N, outputs, H·scale, W·scale]`. Parameter names are those of Real-CUGAN's checkpoints.
package final class CUNet: Layer {
    let unet1: ShallowUNet
    let unet2: DeepUNet
    let convFinal: Conv2d?
    let pro: StateTensor?
    private let sizes: CUNetParameters

    /// - Parameters:
    ///   - sizes: that the architecture has checked.
    package init(_ sizes: CUNetParameters, random: Random) {
        self.sizes = sizes
        let isLarge = sizes.scale == 4 || sizes.folded
        let inner = isLarge ? 64 : sizes.outputChannels
        let middle = isLarge ? 64 : sizes.inputChannels
        let end: ShallowUNet.End = sizes.scale == 1 ? .same : sizes.scale == 3 ? .tripled : .doubled
        unet1 = ShallowUNet(
            sizes.folded ? 4 * sizes.inputChannels : sizes.inputChannels, middle, end, attention: sizes.attention,
            random: random)
        unet2 = DeepUNet(middle, inner, attention: sizes.attention, random: random)
        convFinal = isLarge ? Conv2d(64, 4 * sizes.outputChannels, kernel: 3, random: random) : nil
        pro = sizes.compressed ? StateTensor(.zeros([1])) : nil
    }

    /// How many times larger the result is.
    package var scale: Int { sizes.scale }

    /// Pixels that the convolutions take away on every side, and the number of which the sides must be multiples.
    private var margin: (pixels: Int, multiple: Int) {
        if sizes.folded { return (38, 4) }
        return [(28, 4), (18, 2), (14, 4), (19, 2)][scale - 1]
    }

    /// Upscaled images.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let (height, width) = (x.shape[2], x.shape[3])
        let values = sizes.compressed ? x.scaled(by: 0.7, plus: 0.15) : x
        let (pixels, multiple) = margin
        func surrounded(_ x: Tensor, axis: Int) -> Tensor {
            let length = x.shape[axis]
            let extent = (length + multiple - 1) / multiple * multiple
            return x.gathering(Reflection.positions(-pixels..<extent + pixels, length: length), axis: axis)
        }
        var h = surrounded(surrounded(values, axis: 2), axis: 3)
        if sizes.folded { h = h.pixelUnshuffled(by: 2) }
        h = unet1(h, mode)
        h = unet2(h, mode) + h.cropped(20)
        if let convFinal { h = convFinal(h, mode).cropped(1).pixelShuffled(by: 2) }
        h = h.slice(axis: 2, from: 0, count: height * scale).slice(axis: 3, from: 0, count: width * scale)
        if convFinal != nil { h = h + values.upsampledNearest(by: scale) }
        return sizes.compressed ? h.scaled(by: 1 / 0.7, plus: -0.15 / 0.7) : h
    }
}

extension CUNet: UpscalingGenerator {
    package var multiple: Int { margin.multiple }
    package var continuesImages: Bool { true }
    package var reach: Int { margin.pixels }
}

extension Tensor {
    /// Images without some pixels on every side.
    fileprivate func cropped(_ amount: Int) -> Tensor {
        padded(top: -amount, bottom: -amount, left: -amount, right: -amount)
    }
}

/// A U-Net of one level.
final class ShallowUNet: Layer {
    /// How much larger its result is.
    enum End { case same, doubled, tripled }

    let conv1: UNetConvolutions
    let conv1Down: Conv2d
    let conv2: UNetConvolutions
    let conv2Up: ConvTranspose2d
    let conv3: Conv2d
    let convBottom: any Layer

    init(_ inputs: Int, _ outputs: Int, _ end: End, attention: Bool, random: Random) {
        conv1 = UNetConvolutions(inputs, 32, 64, attention: false, random: random)
        conv1Down = Conv2d(64, 64, kernel: 2, stride: 2, random: random)
        conv2 = UNetConvolutions(64, 128, 64, attention: attention, random: random)
        conv2Up = ConvTranspose2d(64, 64, kernel: 2, stride: 2, random: random)
        conv3 = Conv2d(64, 64, kernel: 3, random: random)
        convBottom =
            switch end {
            case .same: Conv2d(64, outputs, kernel: 3, random: random)
            case .doubled: ConvTranspose2d(64, outputs, kernel: 4, stride: 2, padding: 3, random: random)
            case .tripled: ConvTranspose2d(64, outputs, kernel: 5, stride: 3, padding: 2, random: random)
            }
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let across = conv1(x, mode)
        let down = conv2(conv1Down(across, mode).leakyReLU(slope: 0.1), mode)
        let up = conv2Up(down, mode).leakyReLU(slope: 0.1)
        return convBottom(conv3(across.cropped(4) + up, mode).leakyReLU(slope: 0.1), mode)
    }
}

/// A U-Net of two levels.
final class DeepUNet: Layer {
    let conv1: UNetConvolutions
    let conv1Down: Conv2d
    let conv2: UNetConvolutions
    let conv2Down: Conv2d
    let conv3: UNetConvolutions
    let conv3Up: ConvTranspose2d
    let conv4: UNetConvolutions
    let conv4Up: ConvTranspose2d
    let conv5: Conv2d
    let convBottom: Conv2d

    init(_ inputs: Int, _ outputs: Int, attention: Bool, random: Random) {
        conv1 = UNetConvolutions(inputs, 32, 64, attention: false, random: random)
        conv1Down = Conv2d(64, 64, kernel: 2, stride: 2, random: random)
        conv2 = UNetConvolutions(64, 64, 128, attention: attention, random: random)
        conv2Down = Conv2d(128, 128, kernel: 2, stride: 2, random: random)
        conv3 = UNetConvolutions(128, 256, 128, attention: attention, random: random)
        conv3Up = ConvTranspose2d(128, 128, kernel: 2, stride: 2, random: random)
        conv4 = UNetConvolutions(128, 64, 64, attention: attention, random: random)
        conv4Up = ConvTranspose2d(64, 64, kernel: 2, stride: 2, random: random)
        conv5 = Conv2d(64, 64, kernel: 3, random: random)
        convBottom = Conv2d(64, outputs, kernel: 3, random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let fine = conv1(x, mode)
        let middle = conv2(conv1Down(fine, mode).leakyReLU(slope: 0.1), mode)
        let coarse = conv3(conv2Down(middle, mode).leakyReLU(slope: 0.1), mode)
        let up = conv3Up(coarse, mode).leakyReLU(slope: 0.1)
        let joined = conv4(middle.cropped(4) + up, mode)
        let large = conv4Up(joined, mode).leakyReLU(slope: 0.1)
        return convBottom(conv5(fine.cropped(16) + large, mode).leakyReLU(slope: 0.1), mode)
    }
}

/// Two 3×3 convolutions without borders, and channel attention behind them if there is any.
final class UNetConvolutions: Layer {
    let conv: Sequential
    let seblock: SqueezeExcitation?

    init(_ inputs: Int, _ middle: Int, _ outputs: Int, attention: Bool, random: Random) {
        conv = Sequential([
            Conv2d(inputs, middle, kernel: 3, random: random), LeakyReLU(0.1),
            Conv2d(middle, outputs, kernel: 3, random: random), LeakyReLU(0.1),
        ])
        seblock = attention ? SqueezeExcitation(outputs, random: random) : nil
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let h = conv(x, mode)
        return seblock?(h, mode) ?? h
    }
}

/// Channels weighted by a small network of their means (Hu et al. 2018, "Squeeze-and-excitation networks").
final class SqueezeExcitation: Layer {
    let conv1: Conv2d
    let conv2: Conv2d

    init(_ channels: Int, random: Random) {
        conv1 = Conv2d(channels, channels / 8, kernel: 1, random: random)
        conv2 = Conv2d(channels / 8, channels, kernel: 1, random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let means = x.mean(axes: [2, 3], keepingAxes: true)
        return x * conv2(conv1(means, mode).relu(), mode).sigmoid()
    }
}
