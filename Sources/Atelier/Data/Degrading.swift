import BatchPipeline
import ImageData
import ImageFiles
import Memory
import TensorCore

/// Makes photos small as the training of upscalers does: for testing upscalers on images as people have them.
///
///     try Degrading(.practical, scale: 4).run(BatchSettings(inputs: ["photos/"], output: "small/"))
public struct Degrading: Sendable {
    /// How photos become small.
    public var degradation: Degradation
    /// How many times smaller they become.
    public var scale: Int
    /// Decides blur, noise and compression.
    public var seed: UInt64

    /// Photos a number of times smaller.
    public init(_ degradation: Degradation = .practical, scale: Int = 4, seed: UInt64 = 0) {
        (self.degradation, self.scale, self.seed) = (degradation, scale, seed)
    }

    /// Makes files and folders of photos small. Results are PNG files unless another format is asked for. The same seed
    /// and the same relative path give the same result, whatever else is made.
    ///
    /// Pixels at the right and at the bottom that do not fill a pixel of the result are left out.
    ///
    /// - Parameters:
    ///   - batch: which photos, and where the results go.
    ///   - tell: is told what happens, on any thread.
    ///   - isCanceled: whether to stop, asked on any thread. Canceling the task does the same.
    /// - Throws: `BatchError` when what is asked for makes no sense, `ImageError` when the folder cannot be written.
    @discardableResult
    public func run(
        _ batch: BatchSettings,
        telling tell: @escaping @Sendable (BatchEvent) -> Void = { _ in },
        isCanceled: @escaping @Sendable () -> Bool = { false }
    ) throws -> BatchSummary {
        var batch = batch
        batch.format = batch.format ?? .png
        @Sendable func sizing(_ header: ImageHeader) -> (width: Int, height: Int) {
            (max(header.width / scale, 1), max(header.height / scale, 1))
        }
        // Planes of floats, for the photo and what becomes of it.
        @Sendable func handling(_ header: ImageHeader) -> ImageHandling {
            .decoded(resultBytes: header.width * header.height * 4 * 3 * 6)
        }
        let run = try BatchRun(batch, isCanceled: isCanceled)
        return try run.run(handling: handling, sizing: sizing, telling: tell) { task in
            guard let photo = task.image else { return [] }
            let made = try small(of: photo, path: task.job.relativePath)
            try MemoryJob.check()
            return [ImageResult(made, seed: seed)]
        }
    }

    private func small(of photo: Image, path: String) throws -> Image {
        let (width, height) = (photo.width / scale * scale, photo.height / scale * scale)
        guard width > 0, height > 0 else {
            throw RequestError("\(photo.width)×\(photo.height) pixels cannot be made \(scale) times smaller.")
        }
        let part = photo.converted(channels: photo.isGray ? 1 : 3).cropped(x: 0, y: 0, width: width, height: height)
        let random = Random(seed: seed, ofFile: path)
        return degradation.small(of: PlanarImage(part.converted8()), scale: scale, random: random).image
    }
}

extension Random {
    /// A stream of its own for a file, so that what is drawn for one does not depend on the others.
    ///
    /// - Parameters:
    ///   - path: the relative path.
    ///   - number: which of several streams of the file.
    convenience init(seed: UInt64, ofFile path: String, _ number: Int = 0) {
        let stream = path.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        self.init(seed: seed, stream: stream &+ UInt64(number))
    }
}
