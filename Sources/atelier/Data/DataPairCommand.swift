import ArgumentParser
import Foundation
import ImageData
import ImageFiles
import Reporting
import TensorCore

/// `atelier data pair`.
struct DataPairCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pair",
        abstract: "Bring pairs from one layout into another, or make pairs of photos and their sketches.",
        discussion: """
            Examples:
              atelier data pair twins/ -o pairs/                       A/ and B/ become side-by-side images
              atelier data pair pairs/ -o twins/ --to folders          and the way back
              atelier data pair photos/ -o pairs/ --sketch lines       sketches left, photos right

            Every part that is there (train, val, test) is converted. Files that are there already stay as they are.
            """)

    /// The layouts that are written.
    enum Layout: String, ExpressibleByArgument, CaseIterable {
        case sideBySide = "side-by-side"
        case folders
    }

    @Argument(help: "The pairs, in any layout that “train pix2pix” reads, or a folder of photos.")
    var path: String

    @Option(name: .shortAndLong, help: ArgumentHelp("The folder to write to.", valueName: "dir"))
    var output: String

    @Option(name: .customLong("to"), help: ArgumentHelp("side-by-side or folders.", valueName: "layout"))
    var layout = Layout.sideBySide

    @Option(help: ArgumentHelp("Which image becomes A: the one that is A (AtoB) or the other.", valueName: "way"))
    var direction = PairDirection.aToB

    @Option(
        name: .customLong("sketch"),
        help: ArgumentHelp("Take the images for photos and draw after them: lines, ink or pencil.", valueName: "hand"))
    var hand: SketchStyle.Technique?

    @OptionGroup(title: "Sketches") var drawing: DrawingOptions

    @Flag(name: .shortAndLong, help: "Say nothing but warnings and errors.")
    var quiet = false

    func run() throws {
        let style = drawing.style(hand ?? .lines)
        var (written, failed, kept) = (0, 0, 0)
        for split in PairSplit.allCases {
            let dataset: any PairDataset
            do {
                dataset = try PairReader.open(path, split: split, direction: direction, sketched: hand != nil)
            } catch PairError.missingSplit { continue }
            if !quiet { for note in dataset.notes { Console.standardError.line("Note: \(note)") } }
            let bar = ProgressBar("\(split.rawValue) pairs", total: dataset.count, unit: "pairs", quiet: quiet)
            for index in 0..<dataset.count {
                do {
                    let (a, b) = try images(of: dataset.pair(index), style, number: index)
                    let outcome = try write(a, b, named: name(of: index, in: dataset), split)
                    written += outcome
                    kept += outcome == 0 ? 1 : 0
                } catch {
                    failed += 1
                    Console.standardError.line("Skipped \(dataset.name(index)): \(error)")
                }
                bar.update(to: index + 1)
            }
            bar.finish()
        }
        if !quiet {
            let rest = [kept > 0 ? ", \(kept) were there already" : "", failed > 0 ? ", \(failed) skipped" : ""]
            print("\(written) pairs written to \(output)\(rest.joined()).")
        }
        if written + kept == 0 && failed == 0 { throw UsageError("\(path) holds no pairs.") }
        if failed > 0 { throw ExitCode.failure }
    }

    private func images(of pair: ImagePair, _ style: SketchStyle, number: Int) -> (Image, Image) {
        switch pair {
        case .images(let input, let target): return (input, target)
        case .photo(let photo):
            let random = Random(seed: drawing.seed, stream: UInt64(number))
            return (SketchExtractor(style).sketch(of: photo, random: random), photo)
        }
    }

    /// The pair's name without extension, its folders joined so that no two pairs share one.
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

    /// Writes a pair; 0 when it is there already.
    private func write(_ a: Image, _ b: Image, named name: String, _ split: PairSplit) throws -> Int {
        switch layout {
        case .sideBySide:
            return try write([(joined(a, b), "\(output)/\(split.rawValue)/\(name).png")])
        case .folders:
            return try write([
                (a, "\(output)/\(split.rawValue)A/\(name).png"), (b, "\(output)/\(split.rawValue)B/\(name).png"),
            ])
        }
    }

    private func write(_ files: [(image: Image, path: String)]) throws -> Int {
        if files.allSatisfy({ FileManager.default.fileExists(atPath: $0.path) }) { return 0 }
        for file in files {
            let folder = URL(fileURLWithPath: file.path).deletingLastPathComponent().path
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try file.image.write(to: file.path)
        }
        return 1
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
