import Files
import Foundation

/// The quality of upscaled images over a set of photos, for a model and for plain resampling.
public struct UpscalingEvaluation: Codable, Sendable {
    /// One method and its means over all photos.
    public struct Row: Codable, Sendable {
        /// A model, `bicubic` or `lanczos`.
        public let name: String
        /// The pixel-by-pixel similarity to the photos.
        public let figures: UpscalingScores
        /// The mean NIQE; nil if not measured, or if no image is large enough.
        public let niqe: Double?
        /// The mean LPIPS; nil if not measured, or if no image is large enough.
        public let lpips: Double?
        /// The mean distance in ImageNet's activations, as LPIPS without its fitted weights; nil if not measured.
        public let perceptual: Double?

        /// A row of the table.
        package init(
            name: String, figures: UpscalingScores, niqe: Double? = nil, lpips: Double? = nil, perceptual: Double? = nil
        ) {
            self.name = name
            self.figures = figures
            self.niqe = niqe
            self.lpips = lpips
            self.perceptual = perceptual
        }
    }

    /// The model, then the methods that it is compared with.
    public let rows: [Row]
    /// The mean NIQE of the photos themselves; nil if not measured.
    public let photoNIQE: Double?
    /// How many photos were measured.
    public let images: Int
    /// The width of the border that was left out, in pixels.
    public let border: Int
    /// The scale; nil if unknown.
    public let scale: Int?

    /// Creates an evaluation from figures.
    package init(rows: [Row], photoNIQE: Double? = nil, images: Int, border: Int, scale: Int? = nil) {
        self.rows = rows
        self.photoNIQE = photoNIQE
        self.images = images
        self.border = border
        self.scale = scale
    }

    /// The names in JSON.
    private enum CodingKeys: String, CodingKey {
        case rows, images, border, scale
        case photoNIQE = "photoNiqe"
    }

    /// The figures as text for the user.
    public var text: String {
        let (hasNIQE, hasLPIPS) = (rows.contains { $0.niqe != nil }, rows.contains { $0.lpips != nil })
        var lines = [["", "PSNR Y", "SSIM Y", "PSNR RGB", "SSIM RGB"]]
        let isSeen = rows.contains { $0.perceptual != nil }
        lines[0] += (hasNIQE ? ["NIQE"] : []) + (hasLPIPS ? ["LPIPS"] : []) + (isSeen ? ["perceptual"] : [])
        for row in rows {
            let figures = row.figures
            lines.append([
                row.name, cell(figures.psnrY, 2), cell(figures.ssimY, 4), cell(figures.psnr, 2), cell(figures.ssim, 4),
            ])
            if hasNIQE { lines[lines.count - 1].append(cell(row.niqe, 3)) }
            if hasLPIPS { lines[lines.count - 1].append(cell(row.lpips, 4)) }
            if isSeen { lines[lines.count - 1].append(cell(row.perceptual, 4)) }
        }
        if hasNIQE, let photoNIQE {
            lines.append(
                ["the photos", "–", "–", "–", "–", cell(photoNIQE, 3)] + (hasLPIPS ? ["–"] : []) + (isSeen ? ["–"] : [])
            )
        }
        let width = lines.map { $0[0].count }.max() ?? 0
        let table = lines.map { line in
            line[0].padding(toLength: width, withPad: " ", startingAt: 0)
                + line.dropFirst().map { String(repeating: " ", count: max(10 - $0.count, 1)) + $0 }.joined()
        }
        let what = counted(images, "image") + (scale.map { ", ×\($0)" } ?? "")
        return ([border == 0 ? what : what + ", without a border of \(border) pixels"] + table).joined(separator: "\n")
    }

    private func cell(_ value: Double?, _ digits: Int) -> String {
        value.map { String(format: "%.\(digits)f", $0) } ?? "–"
    }
}
