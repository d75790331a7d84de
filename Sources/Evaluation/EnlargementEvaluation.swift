import Foundation
import ImageData
import ImageFiles
import TensorCore

/// How near an enlarged picture comes to the photo, as super-resolution papers measure it: without a border of as many
/// pixels as the scale, on the luminance Y of BT.601 and on red, green and blue.
public struct EnlargementFigures: Codable, Sendable, Equatable {
    /// The peak signal-to-noise ratio on Y, in decibels.
    public let psnrY: Double
    /// The structural similarity on Y; nil for pictures smaller than its window.
    public let ssimY: Double?
    /// The peak signal-to-noise ratio on RGB (grey where both are grey), in decibels.
    public let psnr: Double
    /// The structural similarity on RGB, the mean of the channels.
    public let ssim: Double?

    /// Measures two pictures of the same extent and channels; nil when nothing is left without the border.
    public init?(_ picture: Image, truth: Image, border: Int) {
        let (made, real) = (PixelPlanes(picture), PixelPlanes(truth))
        guard let inner = made.shaved(by: border), let innerReal = real.shaved(by: border) else { return nil }
        let luminance = PictureSimilarity(inner.luminance, innerReal.luminance)
        let colour = PictureSimilarity(inner, innerReal)
        (psnrY, ssimY, psnr, ssim) = (luminance.psnr, luminance.ssim, colour.psnr, colour.ssim)
    }

    /// Measures an enlargement and the photo, both `[1, C, H, W]` with values from 0 to 1, as they are in 8 bits.
    public init?(_ picture: Tensor, photo: Tensor, border: Int) {
        self.init(PlanarPicture(picture).image, truth: PlanarPicture(photo).image, border: border)
    }

    /// The figures by the names that a training's log gives them: `psnr-y`, `ssim-y`, `psnr`, `ssim`.
    public var named: [String: Double] {
        var named = ["psnr-y": psnrY, "psnr": psnr]
        (named["ssim-y"], named["ssim"]) = (ssimY, ssim)
        return named
    }

    /// The mean of each figure over several pictures; nil without pictures.
    public init?(meanOf figures: [EnlargementFigures]) {
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

/// How good enlargements are over a set of photos, the model beside plain resampling.
public struct EnlargementEvaluation: Codable, Sendable {
    /// Who enlarges, and the means over all photos.
    public struct Row: Codable, Sendable {
        /// A model, `bicubic` or `lanczos`.
        public let name: String
        /// The means over all photos.
        public let figures: EnlargementFigures

        /// A row of the table.
        public init(name: String, figures: EnlargementFigures) {
            self.name = name
            self.figures = figures
        }
    }

    /// The model, then what it is compared with.
    public let rows: [Row]
    /// How many photos were measured.
    public let pictures: Int
    /// How many times larger the enlargements are.
    public let scale: Int

    /// Puts figures together.
    public init(rows: [Row], pictures: Int, scale: Int) {
        self.rows = rows
        self.pictures = pictures
        self.scale = scale
    }

    /// The figures as a person reads them.
    public var text: String {
        let width = rows.map(\.name.count).max() ?? 0
        func line(_ name: String, _ cells: [String]) -> String {
            name.padding(toLength: width, withPad: " ", startingAt: 0)
                + cells.map { String(repeating: " ", count: max(10 - $0.count, 1)) + $0 }.joined()
        }
        func similarity(_ value: Double?) -> String { value.map { String(format: "%.4f", $0) } ?? "–" }
        let table = rows.map { row in
            let figures = row.figures
            return line(
                row.name,
                [
                    String(format: "%.2f", figures.psnrY), similarity(figures.ssimY),
                    String(format: "%.2f", figures.psnr), similarity(figures.ssim),
                ])
        }
        return (["\(pictures) pictures, ×\(scale), without a border of \(scale) pixels",
            line("", ["PSNR Y", "SSIM Y", "PSNR RGB", "SSIM RGB"])] + table).joined(separator: "\n")
    }
}
