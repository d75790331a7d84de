import Glibc

/// What a sensor adds to a picture.
struct SensorNoise: Sendable {
    /// Standard deviations of Gaussian noise, in levels of 8 bits.
    var gaussian: ClosedRange<Float>
    /// Strengths of shot noise; 1 is that of as many photons as the picture has levels.
    var shot: ClosedRange<Float>
    /// The share of Gaussian noise; the rest is shot noise.
    var gaussianShare: Float = 0.5
    /// The share of noise that is alike in all channels.
    var greyShare: Float = 0.4

    /// The picture with noise of a kind and a strength that are drawn; clipped to 0 … 1.
    func added(to picture: PlanarPicture, _ dice: Dice) -> PlanarPicture {
        let isGaussian = dice.chance(gaussianShare)
        let isGrey = dice.chance(greyShare)
        return isGaussian
            ? Self.gaussian(dice.uniform(gaussian) / 255, isGrey: isGrey, picture, dice)
            : Self.shot(dice.uniform(shot), isGrey: isGrey, picture, dice)
    }

    static func gaussian(_ deviation: Float, isGrey: Bool, _ picture: PlanarPicture, _ dice: Dice) -> PlanarPicture {
        let count = isGrey ? picture.width * picture.height : picture.values.count
        return picture.adding((0..<count).map { _ in deviation * dice.normal() })
    }

    static func shot(_ strength: Float, isGrey: Bool, _ picture: PlanarPicture, _ dice: Dice) -> PlanarPicture {
        let exposed = (isGrey ? picture.luma : picture).roundedTo8Bits()
        var seen = [Bool](repeating: false, count: 256)
        for value in exposed.values { seen[Int(value * 255 + 0.5)] = true }
        // As many photons for white as a power of two of the levels that occur.
        let photons: Float = exp2(log2(Float(seen.count { $0 })).rounded(.up))
        return picture.adding(exposed.values.map { (dice.poisson($0 * photons) / photons - $0) * strength })
    }
}

extension PlanarPicture {
    /// Noise added, one plane for all channels or one for each.
    fileprivate func adding(_ noise: [Float]) -> PlanarPicture {
        var noisy = self
        let isGrey = noise.count < values.count
        noisy.values.withUnsafeMutableBufferPointer { values in
            for i in values.indices { values[i] = min(max(values[i] + noise[isGrey ? i % noise.count : i], 0), 1) }
        }
        return noisy
    }

    /// The brightness by Rec. 601.
    fileprivate var luma: PlanarPicture {
        guard channels == 3 else { return self }
        let area = width * height
        let brightness: [Float] = (0..<area).map { pixel in
            0.2989 * values[pixel] + 0.587 * values[area + pixel] + 0.114 * values[2 * area + pixel]
        }
        return PlanarPicture(width: width, height: height, channels: 1, values: brightness)
    }
}
