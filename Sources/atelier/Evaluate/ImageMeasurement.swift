import Evaluation
import Files
import Foundation
import ImageData
import ImageFiles
import Reporting

/// The measuring of upscaled images that any program made: alone, or beside the photos of the same names.
struct ImageMeasurement {
    private let path: String
    private let options: UpscalerTestOptions
    private let judges: UpscalingMetrics
    private let images: PhotoSet
    private let output: OutputOptions

    /// - Parameter path: a folder of images.
    init(_ path: String, _ options: UpscalerTestOptions, output: OutputOptions) throws {
        (self.path, self.options, self.output) = (path, options, output)
        images = try PhotoSet([path], scale: 1, leastSide: 1)
        judges = try options.judges()
    }

    /// NIQE of each image, and the mean.
    func run() throws {
        var tally = UpscalingTally(judges, border: options.shave ?? 0)
        var figures: [(name: String, value: Double)] = []
        var smallCount = 0
        for file in images.photos.map(\.file) {
            guard let image = read(file) else { continue }
            if let one = tally.add(image) { figures.append((name(of: file), one)) } else { smallCount += 1 }
        }
        note(
            smallCount == 0
                ? [] : ["\(smallCount) images are too small for NIQE, or flat, and do not count."])
        guard let mean = tally.meanNIQE else {
            throw DatasetError.empty(path: path, reason: "not one of its images has a NIQE")
        }
        if output.json {
            var line = JSONLine()
            line.add("images", figures.count)
            line.add("niqe", mean)
            line.add("files", figures)
            return print(line.text)
        }
        let width = figures.map(\.name.count).max() ?? 0
        for (name, value) in figures {
            print(name.padding(toLength: max(width, 4), withPad: " ", startingAt: 0), String(format: "%8.4f", value))
        }
        print("mean".padding(toLength: max(width, 4), withPad: " ", startingAt: 0), String(format: "%8.4f", mean))
    }

    /// All figures beside the photos: `baboon.png`, `baboon_out.png` or `baboonx4.png` beside `baboon.png`.
    func run(beside data: String, limit: Int?) throws {
        let photos = try PhotoSet([data], scale: 1, leastSide: 1).photos.map(\.file)
        let pairs = images.photos.map(\.file).compactMap { file in
            Self.photo(of: file, among: photos).map { (file, $0) }
        }
        guard !pairs.isEmpty else {
            throw UsageError(
                """
                No image of \(path) has the name of a photo of \(data).
                Generated images are measured in the features of a classifier: --classifier MODEL.
                """)
        }
        let border = options.shave ?? 0
        var (tally, originals) = (UpscalingTally(judges, border: border), UpscalingTally(judges, border: border))
        let count = min(limit ?? pairs.count, pairs.count)
        let bar = ProgressBar("measuring", total: count, unit: "images", quiet: output.quiet || output.json)
        for number in 0..<count {
            let (file, photo) = pairs[number * pairs.count / count]
            guard let image = read(file), let truth = read(photo) else { continue }
            guard image.width == truth.width, image.height == truth.height else {
                Console.standardError.line(
                    "Warning: skipped \(file): \(image.width)×\(image.height) pixels, and the photo "
                        + "\(truth.width)×\(truth.height)")
                continue
            }
            let channels = image.isGray && truth.isGray ? 1 : 3
            let real = truth.converted(channels: channels)
            tally.add(image.converted(channels: channels), truth: real)
            originals.add(real)
            bar.update(to: number + 1)
        }
        bar.finish()
        guard let row = tally.row(URL(fileURLWithPath: path).lastPathComponent) else {
            throw DatasetError.empty(path: path, reason: "not one of its images can be measured")
        }
        try output.tell(
            UpscalingEvaluation(
                rows: [row], photoNIQE: originals.meanNIQE, images: tally.count, border: border))
        note(tally.notes)
    }

    private func read(_ file: String) -> Image? {
        do { return try Image.read(file) } catch {
            Console.standardError.line("Warning: skipped \(error)")
            return nil
        }
    }

    private func note(_ notes: [String]) {
        guard !output.quiet else { return }
        for note in notes + images.notes.prefix(20) { Console.standardError.line("Note: \(note)") }
    }

    private func name(of file: String) -> String {
        file.hasPrefix(path + "/") ? String(file.dropFirst(path.count + 1)) : file
    }

    /// The photo of the same name, or of the longest one that the image's begins with before a mark or a scale.
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
