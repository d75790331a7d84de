import Evaluation
import ImageFiles
import Models

/// What upscaled images are measured by beside PSNR and SSIM; nil for what was not asked for.
struct UpscalingMetrics {
    let naturalness: NaturalImageQuality?
    let perception: PerceptualDistance?
    let distance: FeatureDistance?

    /// What is asked for, loaded; the distance in ImageNet's activations if its network is found.
    init(_ options: EvaluationOptions) throws {
        distance = try options.featureDistance()
        naturalness = options.niqe ? try Model.load("niqe", from: options.store).naturalImageQuality() : nil
        perception = try options.lpips.map { try options.store.perceptualDistance(ofFile: $0) }
    }
}

/// The metrics of one upscaling method, collected image by image.
struct UpscalingTally {
    private let metrics: UpscalingMetrics
    private let border: Int
    private var figures: [UpscalingScores] = []
    private var niqe: [Double] = []
    private var lpips: [Double] = []
    private var distances: [Double] = []

    /// - Parameter border: the width of the border that does not count, in pixels.
    init(_ metrics: UpscalingMetrics, border: Int) {
        (self.metrics, self.border) = (metrics, border)
    }

    /// How many images were measured.
    var count: Int { figures.count }

    /// The mean NIQE of the images; nil if none has one.
    var meanNIQE: Double? { mean(niqe) }

    /// Measures an image beside the photo, of the same extent and channels.
    mutating func add(_ image: Image, truth: Image) {
        guard let one = UpscalingScores(image, truth: truth, border: border) else { return }
        figures.append(one)
        add(image)
        if let distance = metrics.distance, let a = image.shaved(by: border), let b = truth.shaved(by: border) {
            distances.append(distance(a, b))
        }
        guard let perception = metrics.perception, let a = PixelPlanes(image).shaved(by: border),
            let b = PixelPlanes(truth).shaved(by: border)
        else { return }
        if let distance = perception.distance(a, b) { lpips.append(distance) }
    }

    /// Measures an image without its original.
    ///
    /// - Returns: its NIQE, if requested and possible.
    @discardableResult mutating func add(_ image: Image) -> Double? {
        guard let quality = metrics.naturalness, let inner = PixelPlanes(image).shaved(by: border),
            let one = quality.distance(of: inner)
        else { return nil }
        niqe.append(one)
        return one
    }

    /// The means; nil without images.
    func row(_ name: String) -> UpscalingEvaluation.Row? {
        UpscalingScores(meanOf: figures).map {
            UpscalingEvaluation.Row(
                name: name, figures: $0, niqe: meanNIQE, lpips: mean(lpips),
                perceptual: mean(distances))
        }
    }

    /// Notes about the means.
    var notes: [String] {
        var notes: [String] = []
        if let quality = metrics.naturalness, niqe.count < count {
            notes.append(
                "NIQE is the mean of \(niqe.count) of \(count) images: the others are smaller than "
                    + "\(quality.blockSize)×\(quality.blockSize) pixels, or flat.")
        }
        if metrics.perception != nil, lpips.count < count {
            notes.append("LPIPS is the mean of \(lpips.count) of \(count) images: the others are too small.")
        }
        return notes
    }

    private func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
}

extension Image {
    /// The image without a border on each side; nil if nothing would be left.
    fileprivate func shaved(by border: Int) -> Image? {
        let (across, down) = (width - 2 * border, height - 2 * border)
        return across > 0 && down > 0 ? cropped(x: border, y: border, width: across, height: down) : nil
    }
}
