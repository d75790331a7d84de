import Glibc
import ImageFiles
import TensorCore

/// Resizing as in MATLAB's `imresize`, which super-resolution uses for training and measuring: Keys' cubic with a =
/// −0.5, widened for shrinking, with reflection at the borders.
///
/// Computed in floats; MATLAB rounds 8-bit images between the two passes, too, which moves some pixels by a level.
extension PlanarImage {
    /// The image at `scale` times its size, rounded up to whole pixels.
    package func imresized(by scale: Double) -> PlanarImage {
        // Treats a value that exceeds an integer only by a rounding error as that integer.
        func extent(_ length: Int) -> Int { max(1, Int(saturating: (Double(length) * scale - 1e-9).rounded(.up))) }
        return resampled(
            rows: LineMixture(matlab: height, to: extent(height), scale: scale),
            columns: LineMixture(matlab: width, to: extent(width), scale: scale))
    }

    /// The image at another size.
    package func imresized(width: Int, height: Int) -> PlanarImage {
        resampled(
            rows: LineMixture(matlab: self.height, to: height, scale: Double(height) / Double(self.height)),
            columns: LineMixture(matlab: self.width, to: width, scale: Double(width) / Double(self.width)))
    }
}

extension Image {
    /// The image at `scale` times its size, in 8 bits, as MATLAB's `imresize` would make it; without alpha, which is
    /// flattened over white.
    package func imresized(by scale: Double) -> Image {
        PlanarImage(converted(channels: isGray ? 1 : 3)).imresized(by: scale).image
    }
}

extension LineMixture {
    /// The weights of `imresize` with its default, the antialiased bicubic.
    init(matlab source: Int, to target: Int, scale: Double) {
        let stretch = min(scale, 1)
        let reach = 4 / stretch
        let taps = Int(saturating: min(reach.rounded(.up), 1e15)) + 2
        self.init(from: source, to: target, taps: taps) { pixel in
            // Counted from 1, as there.
            let center = Double(pixel + 1) / scale + 0.5 * (1 - 1 / scale)
            let left = Int((center - reach / 2).rounded(.down))
            let raw = (left..<left + taps).map { position in
                stretch * ResizeFilter.bicubic.weight(stretch * (center - Double(position)))
            }
            let total = raw.reduce(0, +)
            return zip(left..<left + taps, raw).map { position, weight in
                (Reflection.position(position - 1, length: source, repeatsBorder: true), weight / total)
            }
        }
    }
}
