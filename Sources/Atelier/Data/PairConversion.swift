import Foundation
import ImageData
import ImageFiles
import TensorCore

/// Brings pairs from one layout into another, or makes pairs of photos and sketches drawn after them.
///
///     try PairConversion(of: "photos/", to: "pairs/", hand: .lines).run()
public struct PairConversion: Sendable {
    /// The layouts that are written.
    public enum Layout: String, Sendable, CaseIterable {
        /// One image for a pair: A left, B right.
        case sideBySide = "side-by-side"
        /// Two folders for each part of the set.
        case folders
    }

    /// What came of a conversion.
    public struct Summary: Sendable, Equatable {
        /// Pairs that were written.
        public internal(set) var written = 0
        /// Pairs that could not be read or written.
        public internal(set) var failed = 0
        /// Pairs whose files were there already; they stay as they are.
        public internal(set) var kept = 0
    }

    /// The pairs, in any layout that a training reads, or photos.
    public var source: String
    /// The folder to write to.
    public var output: String
    /// The layout that is written.
    public var layout: Layout
    /// How the pairs lie in their folder; nil finds out.
    public var sourceLayout: PairLayout?
    /// Which image becomes A: the one that is A or the other.
    public var direction: PairDirection
    /// How sketches are drawn when the images are photos; nil for pairs.
    public var style: SketchStyle?
    /// Decides how the hand strays.
    public var seed: UInt64

    /// A conversion of all parts of a set: train, val and test.
    public init(
        of source: String, to output: String, layout: Layout = .sideBySide, direction: PairDirection = .aToB,
        style: SketchStyle? = nil, seed: UInt64 = 0
    ) {
        self.source = source
        self.output = output
        self.layout = layout
        self.direction = direction
        self.style = style
        self.seed = seed
    }

    /// Converts every part that is there. What fails is told and does not keep the others from being converted.
    ///
    /// - Throws: ``RequestError`` when there are no pairs, `PairError` when the folder cannot be read,
    ///   `CancellationError` when the task is canceled, `ImageError` when the disk is full.
    @discardableResult
    public func run(telling tell: (WorkEvent) -> Void = { _ in }) throws -> Summary {
        var summary = Summary()
        for split in PairSplit.allCases {
            let dataset: any PairDataset
            do {
                dataset = try PairReader.open(
                    source, split: split, direction: direction, layout: sourceLayout, sketched: style != nil)
            } catch PairError.missingSplit { continue }
            for note in dataset.notes { tell(.note(note)) }
            let title = "\(split.rawValue) pairs"
            func progress(_ count: Int) -> WorkEvent {
                .progress(WorkProgress(title, count, of: dataset.count, unit: "pairs"))
            }
            tell(progress(0))
            for index in 0..<dataset.count {
                if Task.isCancelled { throw CancellationError() }
                do {
                    let (a, b) = try images(of: dataset.pair(index), number: index)
                    let isNew = try write(a, b, named: name(of: index, in: dataset), split)
                    if isNew { summary.written += 1 } else { summary.kept += 1 }
                } catch let error where isFullDisk(error) {
                    throw error
                } catch {
                    summary.failed += 1
                    tell(.skipped(dataset.name(index), "\(error)"))
                }
                tell(progress(index + 1))
            }
        }
        if summary == Summary() { throw RequestError("\(source) holds no pairs.") }
        return summary
    }

    private func images(of pair: ImagePair, number: Int) -> (Image, Image) {
        switch pair {
        case .images(let input, let target): return (input, target)
        case .photo(let photo):
            let random = Random(seed: seed, stream: UInt64(number))
            return (SketchExtractor(style ?? SketchStyle(technique: .lines)).sketch(of: photo, random: random), photo)
        }
    }

    /// The pair's name without extension, joined with its folders so that it is unique.
    private func name(of index: Int, in dataset: any PairDataset) -> String {
        let file = URL(fileURLWithPath: dataset.name(index)).deletingPathExtension().standardizedFileURL.path
        let root = URL(fileURLWithPath: dataset.path).standardizedFileURL.path
        let parts = file.dropFirst(file.hasPrefix(root) ? root.count : 0).split(separator: "/").map(String.init)
        let splits = PairSplit.allCases.map(\.rawValue)
        let ofLayout: Set<String> = Set(splits).union(splits.flatMap { [$0 + "a", $0 + "b"] }).union(["a", "b"])
        var kept: [String] = parts.dropLast().filter { !ofLayout.contains($0.lowercased()) }
        kept += parts.suffix(1)
        return kept.joined(separator: "-")
    }

    /// Writes a pair; false when it is there already.
    private func write(_ a: Image, _ b: Image, named name: String, _ split: PairSplit) throws -> Bool {
        switch layout {
        case .sideBySide:
            return try write([(joined(a, b), "\(output)/\(split.rawValue)/\(name).png")])
        case .folders:
            return try write([
                (a, "\(output)/\(split.rawValue)A/\(name).png"), (b, "\(output)/\(split.rawValue)B/\(name).png"),
            ])
        }
    }

    private func write(_ files: [(image: Image, path: String)]) throws -> Bool {
        if files.allSatisfy({ FileManager.default.fileExists(atPath: $0.path) }) { return false }
        for file in files {
            let folder = URL(fileURLWithPath: file.path).deletingLastPathComponent().path
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try file.image.write(to: file.path)
        }
        return true
    }

    /// A on the left, B on the right, both as tall as B.
    private func joined(_ a: Image, _ b: Image) -> Image {
        let channels = a.isGray && b.isGray ? 1 : 3
        let right = b.converted(channels: channels).converted8()
        let left = a.resized(width: right.width, height: right.height).converted(channels: channels).converted8()
        guard case .bits8(let leftRows) = left.samples, case .bits8(let rightRows) = right.samples else { return right }
        let row = right.width * channels
        var samples: [UInt8] = []
        samples.reserveCapacity(2 * rightRows.count)
        for start in stride(from: 0, to: row * right.height, by: row) {
            samples += leftRows[start..<(start + row)]
            samples += rightRows[start..<(start + row)]
        }
        return Image(width: 2 * right.width, height: right.height, channels: channels, samples8: samples)
    }
}
