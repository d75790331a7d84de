import Evaluation
import ImageData
import ImageFiles
import SuperResolution
import TensorCore

/// Measures an upscaler on photos that are made small with MATLAB's bicubic, with plain resampling for comparison.
struct UpscalerMeasurement {
    private let name: String
    private let upscaler: Upscaler
    private let scale: Int
    private let channels: Int
    private let metrics: UpscalingMetrics
    private let options: EvaluationOptions
    private let tell: (WorkEvent) -> Void

    /// - Throws: ``RequestError`` when its result cannot be laid beside the photo.
    init(
        _ name: String, _ upscaler: Upscaler, channels: Int, _ options: EvaluationOptions,
        telling tell: @escaping (WorkEvent) -> Void
    ) throws {
        guard upscaler.scale == upscaler.scale.rounded(), upscaler.scale >= 1 else {
            throw RequestError("\(name) upscales \(upscaler.scale) times; only integer scales can be measured.")
        }
        self.name = name
        self.upscaler = upscaler
        scale = Int(saturating: upscaler.scale)
        self.channels = channels
        metrics = try UpscalingMetrics(options)
        self.options = options
        self.tell = tell
    }

    /// Measures on the photos of a folder.
    func measured(on data: String) throws -> EvaluationReport {
        let photos = try PhotoSet([data], scale: scale, leastSide: 4 * scale)
        let frame = CropFrame(cropSize: scale, scale: scale, channels: channels)
        let loader = CropLoader(photos, frame: frame, batch: 1, seed: 0, cacheBytes: 0)
        let count = min(options.limit ?? photos.photos.count, photos.photos.count)
        tell(.progress(WorkProgress("upscaling", 0, of: count)))
        var tallies = [UpscalingTally](repeating: UpscalingTally(metrics, border: scale), count: 3)
        var originals = UpscalingTally(metrics, border: scale)
        var crops: [Image] = []
        for number in 0..<count {
            let index = number * photos.photos.count / count
            let pair: UpscalingBatch
            do { pair = try loader.image(index, longest: 1 << 20) } catch {
                tell(.warning("skipped \(error)"))
                continue
            }
            let truth = PlanarImage(pair.large).image
            let made = try upscaledImages(of: pair, truth, name: photos.photos[index].file)
            for (place, image) in made.enumerated() { tallies[place].add(image, truth: truth) }
            originals.add(truth)
            if options.makesSheet { crops += Self.detail(bicubic: made[1], made[0], truth) }
            tell(.progress(WorkProgress("upscaling", number + 1, of: count)))
        }
        let rows = zip([name, "bicubic", "lanczos"], tallies).compactMap { $1.row($0) }
        for note in tallies[0].notes + photos.notes.prefix(20) { tell(.note(note)) }
        let figures = UpscalingEvaluation(
            rows: rows, photoNIQE: originals.meanNIQE, images: tallies[0].count, border: scale, scale: scale)
        return EvaluationReport(
            .upscaler(figures), sheet: crops.isEmpty ? nil : SampleSheet.make(images: crops, columns: 3))
    }

    /// The model's upscaling, MATLAB's bicubic one and Lanczos', in 8 bits.
    private func upscaledImages(
        of pair: UpscalingBatch, _ truth: Image, name: String
    ) throws(NonFiniteResult) -> [Image] {
        let small = PlanarImage(pair.small)
        return [
            PlanarImage(try upscaler(pair.small).checkedFinite(of: name)).image,
            small.imresized(width: truth.width, height: truth.height).image,
            small.image.resized(width: truth.width, height: truth.height, filter: .lanczos3),
        ]
    }

    /// Three views of the square of at most 128 pixels where a model and bicubic differ most.
    private static func detail(bicubic: Image, _ made: Image, _ truth: Image) -> [Image] {
        let side = min(128, truth.width, truth.height)
        let (a, b) = (PixelPlanes(bicubic).luminance.planes[0], PixelPlanes(made).luminance.planes[0])
        var best = (x: 0, y: 0, difference: -1.0)
        for y in stride(from: 0, through: truth.height - side, by: max(side / 2, 1)) {
            for x in stride(from: 0, through: truth.width - side, by: max(side / 2, 1)) {
                var sum = 0.0
                for row in y..<y + side {
                    let start = row * truth.width + x
                    for place in start..<start + side { sum += abs(a[place] - b[place]) }
                }
                if sum > best.difference { best = (x, y, sum) }
            }
        }
        return [bicubic, made, truth].map { $0.cropped(x: best.x, y: best.y, width: side, height: side) }
    }
}
