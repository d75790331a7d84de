import ImageFiles
import TensorCore

/// The second-order degradation of Wang et al. 2021, "Real-ESRGAN: training real-world blind super-resolution with pure
/// synthetic data": blur, resizing, noise and JPEG, then all of these again, with low-pass filters and JPEG in random
/// order at the end. Ranges and probabilities are those of the paper.
struct PracticalDegradation: Sendable {
    /// One pass of blur, resizing, noise and JPEG.
    struct Pass: Sendable {
        var blur: BlurChoice
        /// The share of images that are blurred.
        var blurShare: Float
        /// Shares of upscaling, shrinking and keeping.
        var resizing: [Float]
        var upscaling: ClosedRange<Float>
        var shrinkage: ClosedRange<Float>
        var noise: SensorNoise
        var quality: ClosedRange<Float> = 30...95

        func factor(_ dice: Dice) -> Float {
            switch dice.pick([0, 1, 2], shares: resizing) {
            case 0: dice.uniform(upscaling)
            case 1: dice.uniform(shrinkage)
            default: 1
            }
        }
    }

    var first = Pass(
        blur: BlurChoice(deviations: 0.2...3), blurShare: 1, resizing: [0.2, 0.7, 0.1], upscaling: 1...1.5,
        shrinkage: 0.15...1, noise: SensorNoise(gaussian: 1...30, shot: 0.05...3))
    var second = Pass(
        blur: BlurChoice(deviations: 0.2...1.5), blurShare: 0.8, resizing: [0.3, 0.4, 0.3], upscaling: 1...1.2,
        shrinkage: 0.3...1, noise: SensorNoise(gaussian: 1...25, shot: 0.05...2.5))
    /// The share of images with a low-pass filter at the end.
    var lastSincShare: Float = 0.8

    /// A small image in 8 bits.
    func applied(to large: PlanarImage, scale: Int, dice: Dice) -> PlanarImage {
        let size = (width: large.width / scale, height: large.height / scale)
        var image = large.blurred(by: first.blur.kernel(dice))
        image = resized(image, large.width, large.height, by: first.factor(dice), dice)
        image = jpeg(first.noise.added(to: image, dice), dice.uniform(first.quality))

        if dice.chance(second.blurShare) { image = image.blurred(by: second.blur.kernel(dice)) }
        image = resized(image, size.width, size.height, by: second.factor(dice), dice)
        image = second.noise.added(to: image, dice)
        let quality = dice.uniform(second.quality)
        if dice.chance(0.5) {
            image = filtered(image.resized(width: size.width, height: size.height, plainly: way(dice)), dice)
            image = jpeg(image, quality)
        } else {
            image = jpeg(image, quality)
            image = filtered(image.resized(width: size.width, height: size.height, plainly: way(dice)), dice)
        }
        return image.roundedTo8Bits()
    }

    private func way(_ dice: Dice) -> PlainResize { dice.pick(PlainResize.allCases) }

    private func resized(
        _ image: PlanarImage, _ width: Int, _ height: Int, by factor: Float, _ dice: Dice
    ) -> PlanarImage {
        func extent(_ length: Int) -> Int { max(1, Int(saturating: Float(length) * factor)) }
        return image.resized(width: extent(width), height: extent(height), plainly: way(dice))
    }

    private func filtered(_ image: PlanarImage, _ dice: Dice) -> PlanarImage {
        guard dice.chance(lastSincShare) else { return image }
        return image.blurred(by: BlurChoice.sinc(side: dice.pick(BlurChoice.sides), dice))
    }

    /// The image written as JPEG, with color at half resolution as in cameras, and read again.
    private func jpeg(_ image: PlanarImage, _ quality: Float) -> PlanarImage {
        let options = EncodingOptions.JPEG(quality: Int(saturating: quality), subsampling: .s420)
        guard let bytes = try? image.image.encoded(as: .jpeg(options)),
            let read = try? Image.decode(bytes, name: "degraded image")
        else { return image }
        return PlanarImage(read.converted(channels: image.channels).converted8())
    }
}
