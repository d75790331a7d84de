import ImageFiles

/// The second-order degradation of Wang et al. 2021, "Real-ESRGAN: training real-world blind super-resolution with pure
/// synthetic data": blur, resizing, noise and JPEG, then all of it once more, with low-pass filters and JPEG in
/// changing order at the end. Ranges and shares are the paper's.
struct PracticalDegradation: Sendable {
    /// One pass of blur, resizing, noise and JPEG.
    struct Pass: Sendable {
        var blur: BlurChoice
        /// The share of pictures that are blurred.
        var blurShare: Float
        /// Shares of enlarging, shrinking and keeping.
        var resizing: [Float]
        var enlargement: ClosedRange<Float>
        var shrinkage: ClosedRange<Float>
        var noise: SensorNoise
        var quality: ClosedRange<Float> = 30...95

        func factor(_ dice: Dice) -> Float {
            switch dice.pick([0, 1, 2], shares: resizing) {
            case 0: dice.uniform(enlargement)
            case 1: dice.uniform(shrinkage)
            default: 1
            }
        }
    }

    var first = Pass(
        blur: BlurChoice(deviations: 0.2...3), blurShare: 1, resizing: [0.2, 0.7, 0.1], enlargement: 1...1.5,
        shrinkage: 0.15...1, noise: SensorNoise(gaussian: 1...30, shot: 0.05...3))
    var second = Pass(
        blur: BlurChoice(deviations: 0.2...1.5), blurShare: 0.8, resizing: [0.3, 0.4, 0.3], enlargement: 1...1.2,
        shrinkage: 0.3...1, noise: SensorNoise(gaussian: 1...25, shot: 0.05...2.5))
    /// The share of pictures that a low-pass filter goes over at the end.
    var lastSincShare: Float = 0.8

    /// A small picture in 8 bits.
    func applied(to large: PlanarPicture, scale: Int, dice: Dice) -> PlanarPicture {
        let size = (width: large.width / scale, height: large.height / scale)
        var picture = large.blurred(by: first.blur.kernel(dice))
        picture = resized(picture, large.width, large.height, by: first.factor(dice), dice)
        picture = jpeg(first.noise.added(to: picture, dice), dice.uniform(first.quality))

        if dice.chance(second.blurShare) { picture = picture.blurred(by: second.blur.kernel(dice)) }
        picture = resized(picture, size.width, size.height, by: second.factor(dice), dice)
        picture = second.noise.added(to: picture, dice)
        let quality = dice.uniform(second.quality)
        if dice.chance(0.5) {
            picture = filtered(picture.resized(width: size.width, height: size.height, plainly: way(dice)), dice)
            picture = jpeg(picture, quality)
        } else {
            picture = jpeg(picture, quality)
            picture = filtered(picture.resized(width: size.width, height: size.height, plainly: way(dice)), dice)
        }
        return picture.roundedTo8Bits()
    }

    private func way(_ dice: Dice) -> PlainResize { dice.pick(PlainResize.allCases) }

    private func resized(
        _ picture: PlanarPicture, _ width: Int, _ height: Int, by factor: Float, _ dice: Dice
    ) -> PlanarPicture {
        func extent(_ length: Int) -> Int { max(1, Int(Float(length) * factor)) }
        return picture.resized(width: extent(width), height: extent(height), plainly: way(dice))
    }

    private func filtered(_ picture: PlanarPicture, _ dice: Dice) -> PlanarPicture {
        guard dice.chance(lastSincShare) else { return picture }
        return picture.blurred(by: BlurChoice.sinc(side: dice.pick(BlurChoice.sides), dice))
    }

    /// The picture written as a JPEG, with colour at half the resolution as cameras store it, and read again.
    private func jpeg(_ picture: PlanarPicture, _ quality: Float) -> PlanarPicture {
        let options = EncodingOptions.JPEG(quality: Int(quality), subsampling: .s420)
        guard let bytes = try? picture.image.encoded(as: .jpeg(options)),
            let read = try? Image.decode(bytes, name: "degraded picture")
        else { return picture }
        return PlanarPicture(read.converted(channels: picture.channels).converted8())
    }
}
