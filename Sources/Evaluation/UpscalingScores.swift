import ImageData
import ImageFiles
import TensorCore

/// The similarity of an upscaled image to the photo, as super-resolution papers measure it: without a border as wide as
/// the scale, on the luminance Y of BT.601 and on red, green and blue.
public struct UpscalingScores: Codable, Sendable, Equatable {
    /// The peak signal-to-noise ratio on Y, in decibels.
    public let psnrY: Double
    /// The structural similarity on Y; nil for images smaller than its window.
    public let ssimY: Double?
    /// The peak signal-to-noise ratio on RGB (gray where both are gray), in decibels.
    public let psnr: Double
    /// The structural similarity on RGB, the mean of the channels.
    public let ssim: Double?

    /// Measures two images of the same size and number of channels; nil if the border leaves nothing.
    package init?(_ image: Image, truth: Image, border: Int) {
        let (made, real) = (PixelPlanes(image), PixelPlanes(truth))
        guard let inner = made.shaved(by: border), let innerReal = real.shaved(by: border) else { return nil }
        let luminance = ImageSimilarity(inner.luminance, innerReal.luminance)
        let color = ImageSimilarity(inner, innerReal)
        (psnrY, ssimY, psnr, ssim) = (luminance.psnr, luminance.ssim, color.psnr, color.ssim)
    }

    /// Measures an upscaled image and the photo, both `[1, C, H, W]` with values from 0 to 1, after rounding to 8 bits.
    package init?(_ image: Tensor, photo: Tensor, border: Int) {
        self.init(PlanarImage(image).image, truth: PlanarImage(photo).image, border: border)
    }

    /// The figures by their names in training logs: `psnr-y`, `ssim-y`, `psnr`, `ssim`.
    package var named: [String: Double] {
        var named = ["psnr-y": psnrY, "psnr": psnr]
        (named["ssim-y"], named["ssim"]) = (ssimY, ssim)
        return named
    }

    /// The mean of each figure over several images; nil without images.
    package init?(meanOf figures: [UpscalingScores]) {
        guard !figures.isEmpty else { return nil }
        func mean(_ values: [Double]) -> Double? {
            values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
        }
        psnrY = mean(figures.map(\.psnrY)) ?? 0
        ssimY = mean(figures.compactMap(\.ssimY))
        psnr = mean(figures.map(\.psnr)) ?? 0
        ssim = mean(figures.compactMap(\.ssim))
    }
}
