import Evaluation
import Files
import Foundation
import ImageData
import ImageFiles

/// How natural images look by themselves.
public struct NaturalnessEvaluation: Sendable {
    /// The NIQE of each image that has one, by its name: smaller is better.
    public let images: [(name: String, value: Double)]
    /// Their mean.
    public let mean: Double
}

/// Measures upscaled images of any program: alone, or against the photos of the same names.
struct ImageMeasurement {
    private let path: String
    private let options: EvaluationOptions
    private let metrics: UpscalingMetrics
    private let images: PhotoSet
    private let tell: (WorkEvent) -> Void

    /// - Parameter path: a folder of images.
    init(_ path: String, _ options: EvaluationOptions, telling tell: @escaping (WorkEvent) -> Void) throws {
        (self.path, self.options, self.tell) = (path, options, tell)
        images = try PhotoSet([path], scale: 1, leastSide: 1)
        metrics = try UpscalingMetrics(options)
    }

    /// NIQE of each image, and the mean.
    func naturalness() throws -> NaturalnessEvaluation {
        var tally = UpscalingTally(metrics, border: options.shave)
        var figures: [(name: String, value: Double)] = []
        var smallCount = 0
        for file in images.photos.map(\.file) {
            guard let image = read(file) else { continue }
            if let one = tally.add(image) { figures.append((name(of: file), one)) } else { smallCount += 1 }
        }
        note(
            smallCount == 0
                ? [] : ["\(counted(smallCount, "image")) left out: too small for NIQE, or flat."])
        guard let mean = tally.meanNIQE else {
            throw DatasetError.empty(path: path, reason: "none of its images has a NIQE")
        }
        return NaturalnessEvaluation(images: figures, mean: mean)
    }

    /// All metrics against the photos: `baboon.png`, `baboon_out.png` or `baboonx4.png` beside `baboon.png`.
    func measured(beside data: String) throws -> UpscalingEvaluation {
        let photos = try PhotoSet([data], scale: 1, leastSide: 1).photos.map(\.file)
        let pairs = images.photos.map(\.file).compactMap { file in
            Self.photo(of: file, among: photos).map { (file, $0) }
        }
        guard !pairs.isEmpty else {
            throw EvaluationError.noCommonNames(images: path, photos: data)
        }
        let border = options.shave
        var (tally, originals) = (UpscalingTally(metrics, border: border), UpscalingTally(metrics, border: border))
        let count = min(options.limit ?? pairs.count, pairs.count)
        tell(.progress(WorkProgress("measuring", 0, of: count)))
        for number in 0..<count {
            let (file, photo) = pairs[number * pairs.count / count]
            guard let image = read(file), let whole = read(photo) else { continue }
            let truth = Self.trimmed(whole, to: image)
            guard image.width == truth.width, image.height == truth.height else {
                tell(
                    .warning(
                        "skipped \(file): \(image.width)×\(image.height) pixels, and the photo "
                            + "\(truth.width)×\(truth.height)"))
                continue
            }
            let channels = image.isGray && truth.isGray ? 1 : 3
            let real = truth.converted(channels: channels)
            tally.add(image.converted(channels: channels), truth: real)
            originals.add(real)
            tell(.progress(WorkProgress("measuring", number + 1, of: count)))
        }
        guard let row = tally.row(URL(fileURLWithPath: path).lastPathComponent) else {
            throw DatasetError.empty(path: path, reason: "none of its images can be measured")
        }
        note(tally.notes)
        return UpscalingEvaluation(
            rows: [row], photoNIQE: originals.meanNIQE, images: tally.count, border: border)
    }

    /// The photo without the few pixels at the right and at the bottom that made no pixel of the small image.
    private static func trimmed(_ photo: Image, to image: Image) -> Image {
        let (right, bottom) = (photo.width - image.width, photo.height - image.height)
        guard (0..<16).contains(right), (0..<16).contains(bottom) else { return photo }
        return photo.cropped(x: 0, y: 0, width: image.width, height: image.height)
    }

    private func read(_ file: String) -> Image? {
        do { return try Image.read(file) } catch {
            tell(.warning("skipped \(error)"))
            return nil
        }
    }

    private func note(_ notes: [String]) {
        for note in notes + images.notes.prefix(20) { tell(.note(note)) }
    }

    private func name(of file: String) -> String {
        file.hasPrefix(path + "/") ? String(file.dropFirst(path.count + 1)) : file
    }

    /// The photo with the same name, or with the longest name that the image's name starts with, followed by a
    /// separator or a scale.
    static func photo(of file: String, among photos: [String]) -> String? {
        func stem(_ file: String) -> String { URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent }
        let name = stem(file)
        let fitting = photos.filter { photo in
            guard name.hasPrefix(stem(photo)) else { return false }
            let rest = name.dropFirst(stem(photo).count)
            return rest.first.map { "_-. x".contains($0) } ?? true
        }
        return fitting.max { stem($0).count < stem($1).count }
    }
}
