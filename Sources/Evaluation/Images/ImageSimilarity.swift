import Foundation

/// How similar an image is to its target, pixel by pixel.
///
///     let made = PixelPlanes(try Image.read("made.png")), truth = PixelPlanes(try Image.read("truth.png"))
///     let inColor = ImageSimilarity(made, truth)
///     // As super-resolution ×4 is measured: on Y, without four pixels at each border.
///     if let a = made.luminance.shaved(by: 4), let b = truth.luminance.shaved(by: 4) {
///         print(ImageSimilarity(a, b).psnr)
///     }
package struct ImageSimilarity: Sendable, Equatable, Codable {
    /// The mean absolute difference of all samples, from 0 (equal) to 1 (white for black); 1/255 is one gray level.
    package let l1: Double
    /// The peak signal-to-noise ratio in decibels; infinite for equal images.
    package let psnr: Double
    /// The structural similarity, at most 1; nil for images smaller than its window.
    package let ssim: Double?

    /// Measures two images of the same size and number of channels.
    package init(_ image: PixelPlanes, _ truth: PixelPlanes) {
        l1 = meanAbsoluteDifference(image, truth)
        psnr = peakSignalToNoiseRatio(image, truth)
        ssim = structuralSimilarity(image, truth)
    }

    /// The mean of each figure over several images, as usual in the field; nil without images. An exact match would
    /// make the mean in decibels infinite; it counts as 58.92 dB, the difference that rounding to 8 bits makes.
    package init?(meanOf similarities: [ImageSimilarity]) {
        guard !similarities.isEmpty else { return nil }
        func mean(_ figures: [Double]) -> Double { figures.reduce(0, +) / Double(figures.count) }
        l1 = mean(similarities.map(\.l1))
        psnr = mean(similarities.map { $0.psnr.isFinite ? $0.psnr : 10 * log10(255 * 255 * 12) })
        let structural = similarities.compactMap(\.ssim)
        ssim = structural.isEmpty ? nil : mean(structural)
    }
}

/// The mean absolute difference of all samples of two images of the same form, from 0 to 1.
package func meanAbsoluteDifference(_ a: PixelPlanes, _ b: PixelPlanes) -> Double {
    meanDifference(a, b) { abs($0) } / 255
}

/// The peak signal-to-noise ratio of two images of the same form, 10 · log₁₀(255² / mean square difference), in
/// decibels; infinite for equal images.
package func peakSignalToNoiseRatio(_ a: PixelPlanes, _ b: PixelPlanes) -> Double {
    10 * log10(255 * 255 / meanDifference(a, b) { $0 * $0 })
}

private func meanDifference(_ a: PixelPlanes, _ b: PixelPlanes, _ measure: (Double) -> Double) -> Double {
    requireOneForm(a, b)
    let sum = zip(a.planes, b.planes).reduce(0.0) { sum, planes in
        planes.0.indices.reduce(sum) { $0 + measure(planes.0[$1] - planes.1[$1]) }
    }
    return sum / Double(a.width * a.height * a.planes.count)
}

func requireOneForm(_ a: PixelPlanes, _ b: PixelPlanes) {
    precondition(
        a.width == b.width && a.height == b.height && a.planes.count == b.planes.count,
        "similarity of \(a.width)×\(a.height)×\(a.planes.count) and \(b.width)×\(b.height)×\(b.planes.count)")
}
