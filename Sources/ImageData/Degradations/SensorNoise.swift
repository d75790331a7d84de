import Glibc
import TensorCore

/// The noise of a sensor.
struct SensorNoise: Sendable {
    /// Standard deviations of Gaussian noise, in levels of 8 bits.
    var gaussian: ClosedRange<Float>
    /// Strengths of shot noise; at 1, there are as many photons as levels.
    var shot: ClosedRange<Float>
    /// The share of Gaussian noise; the rest is shot noise.
    var gaussianShare: Float = 0.5
    /// The share of noise that is equal in all channels.
    var grayShare: Float = 0.4

    /// The image with noise of a random kind and strength, clipped to 0 … 1.
    func added(to image: PlanarImage, _ dice: Dice) -> PlanarImage {
        let isGaussian = dice.chance(gaussianShare)
        let isGray = dice.chance(grayShare)
        return isGaussian
            ? Self.gaussian(dice.uniform(gaussian) / 255, isGray: isGray, image, dice)
            : Self.shot(dice.uniform(shot), isGray: isGray, image, dice)
    }

    static func gaussian(_ deviation: Float, isGray: Bool, _ image: PlanarImage, _ dice: Dice) -> PlanarImage {
        let count = isGray ? image.width * image.height : image.values.count
        return image.adding((0..<count).map { _ in deviation * dice.normal() })
    }

    static func shot(_ strength: Float, isGray: Bool, _ image: PlanarImage, _ dice: Dice) -> PlanarImage {
        let exposed = (isGray ? image.luma : image).roundedTo8Bits()
        var seen = [Bool](repeating: false, count: 256)
        for value in exposed.values { seen[min(max(Int(saturating: value * 255 + 0.5), 0), 255)] = true }
        // The number of photons for white is the number of levels that occur, rounded up to a power of two.
        let photons: Float = exp2(log2(Float(seen.count { $0 })).rounded(.up))
        return image.adding(exposed.values.map { (dice.poisson($0 * photons) / photons - $0) * strength })
    }
}

extension PlanarImage {
    /// Noise added, one plane for all channels or one for each.
    fileprivate func adding(_ noise: [Float]) -> PlanarImage {
        var noisy = self
        let isGray = noise.count < values.count
        noisy.values.withUnsafeMutableBufferPointer { values in
            for i in values.indices { values[i] = min(max(values[i] + noise[isGray ? i % noise.count : i], 0), 1) }
        }
        return noisy
    }

    /// The brightness by Rec. 601.
    fileprivate var luma: PlanarImage {
        guard channels == 3 else { return self }
        let area = width * height
        let brightness: [Float] = (0..<area).map { pixel in
            0.2989 * values[pixel] + 0.587 * values[area + pixel] + 0.114 * values[2 * area + pixel]
        }
        return PlanarImage(width: width, height: height, channels: 1, values: brightness)
    }
}
