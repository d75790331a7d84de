import BatchPipeline
import ImageData
import ImageFiles
import Memory
import TensorCore

/// Draws sketches after photos.
///
///     try Sketching(hands: [.ink]).run(BatchSettings(inputs: ["photos/"], output: "sketches/"))
public struct Sketching: Sendable {
    /// Who draws, each a sketch of every photo.
    public var hands: [SketchStyle.Technique]
    /// How they draw.
    public var style: SketchStyle
    /// How widely width, simplification and jitter vary from sketch to sketch, 0 to 1.
    public var variation = 0.0
    /// The random changes of sketches; nil for none.
    public var changes: DrawingVariation?
    /// Whether the images are drawings, of which only changes are made.
    public var takesDrawings = false
    /// Sketches of each photo by each hand.
    public var count = 1
    /// Decides how hands stray.
    public var seed: UInt64 = 0

    /// Sketches by some hands in one style.
    public init(
        hands: [SketchStyle.Technique] = [.lines], style: SketchStyle = SketchStyle(technique: .lines)
    ) {
        self.hands = hands
        self.style = style
    }

    /// Draws after files and folders of photos. Where several sketches are drawn after one, the names of the results
    /// say which they are.
    ///
    /// - Parameters:
    ///   - batch: which photos, and where the sketches go.
    ///   - tell: is told what happens, on any thread.
    ///   - isCanceled: whether to stop, asked on any thread. Canceling the task does the same.
    /// - Throws: `BatchError` when what is asked for makes no sense, `ImageError` when the folder cannot be written.
    @discardableResult
    public func run(
        _ batch: BatchSettings,
        telling tell: @escaping @Sendable (BatchEvent) -> Void = { _ in },
        isCanceled: @escaping @Sendable () -> Bool = { false }
    ) throws -> BatchSummary {
        let sketches = hands.flatMap { hand in (1...count).map { (hand: hand, number: $0) } }
        var batch = batch
        batch.variants = sketches.map { sketch in
            (hands.count > 1 ? "-\(sketch.hand.rawValue)" : "") + (count > 1 ? "-\(sketch.number)" : "")
        }
        // Besides the sketches, drawing needs planes of floats.
        let bytesPerPixel = (changes == nil ? 1 : 3) * sketches.count + 32
        @Sendable func handling(_ header: ImageHeader) -> ImageHandling {
            .decoded(resultBytes: header.width * header.height * bytesPerPixel)
        }
        @Sendable func sizing(_ header: ImageHeader) -> (width: Int, height: Int) { (header.width, header.height) }
        let run = try BatchRun(batch, isCanceled: isCanceled)
        return try run.run(handling: handling, sizing: sizing, telling: tell) { task in
            guard let photo = task.image else { return [] }
            return try sketches.map { hand, number in
                if task.isCanceled { throw CancellationError() }
                let made = sketch(of: photo, by: hand, number, path: task.job.relativePath)
                try MemoryJob.check()
                return ImageResult(made, seed: seed)
            }
        }
    }

    private func sketch(of photo: Image, by hand: SketchStyle.Technique, _ number: Int, path: String) -> Image {
        let random = Random(seed: seed, ofFile: path, number)
        var style = style
        style.technique = hand
        if variation > 0 { style = style.varied(among: [], variation: variation, random: random) }
        var made =
            takesDrawings ? photo.converted(channels: 1) : SketchExtractor(style).sketch(of: photo, random: random)
        if let changes { made = changes.applied(to: made, random: random) }
        made.metadata = ImageMetadata(density: photo.metadata.density)
        return made
    }
}
