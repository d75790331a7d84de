import Foundation
import Models
import TensorCore
import Training

/// One image that was asked for.
struct ImageRequest {
    /// `[1, latentSize]`.
    let latent: Tensor
    let label: Int?
    let className: String?
    /// The seed in words: `7`, or `3:8 at 0.25` on the way between two.
    let seed: String
    /// Where it goes below the output folder, without its extension: `ankle-boot/seed0007`.
    let path: String
}

/// All images that were asked for, row by row of a sheet.
struct ImageSeries {
    let requests: [ImageRequest]
    let columns: Int
    let captions: [String]

    /// - Throws: `UsageError` when the model does not know what is asked for.
    init(_ command: GenerateCommand, generator: any ImageGenerator) throws {
        let known = ClassNames(generator.classNames)
        let labels = try Self.labels(command, known)
        let noise = try Self.noise(command, generator: generator)
        let folders = known.folderNames
        requests = labels.flatMap { label in
            noise.map { noise in
                ImageRequest(
                    latent: noise.latent, label: label, className: label.map { known.names[$0] }, seed: noise.words,
                    path: (label.map { folders[$0] + "/" } ?? "") + noise.name)
            }
        }
        captions = labels.compactMap { $0.map { known.names[$0] } }
        columns = captions.isEmpty ? Self.columns(noise.count) : noise.count
    }

    /// A sheet of one kind of images is a little wider than tall.
    private static func columns(_ count: Int) -> Int {
        let root = Int(Double(count).squareRoot().rounded(.up))
        return (root...max(root, root + 3)).first { count % $0 == 0 } ?? root
    }

    private static func labels(_ command: GenerateCommand, _ known: ClassNames) throws -> [Int?] {
        if known.names.isEmpty {
            guard command.classes.isEmpty, !command.allClasses else {
                throw UsageError("\(command.model) knows no classes: leave out --class and --all-classes.")
            }
            return [nil]
        }
        if command.allClasses { return Array(known.names.indices) }
        guard !command.classes.isEmpty else {
            let list = known.names.enumerated().map { "  \($0.offset)  \($0.element)" }.joined(separator: "\n")
            throw UsageError("Say which class to make, with --class NAME or --all-classes. Known classes:\n\(list)")
        }
        return try usage { try command.classes.map { try known.label(of: $0) } }
    }

    private struct Noise {
        let latent: Tensor
        let name: String
        let words: String
    }

    private static func noise(_ command: GenerateCommand, generator: any ImageGenerator) throws -> [Noise] {
        func latents(_ seeds: [UInt64]) -> Tensor {
            generator.latents(forSeeds: seeds, truncation: command.truncation)
        }
        if let pair = command.interpolate {
            let (first, last) = try usage { try SeedList.parsePair(pair) }
            let frames = command.frames ?? 24
            let path = SeededLatents.spherical(from: latents([first]), to: latents([last]), frames: frames)
            return (0..<frames).map { frame in
                let share = String(format: "%.4g", Double(frame) / Double(frames - 1))
                return Noise(
                    latent: path.slice(axis: 0, from: frame, count: 1), name: "frame" + padded(UInt64(frame)),
                    words: "\(first):\(last) at \(share)")
            }
        }
        let seeds =
            try command.seeds.map { list in try usage { try SeedList.parse(list) } }
            ?? (0..<UInt64(command.count ?? 8)).map { (command.seed ?? 0) &+ $0 }
        let all = latents(seeds)
        return seeds.enumerated().map { index, seed in
            Noise(latent: all.slice(axis: 0, from: index, count: 1), name: "seed" + padded(seed), words: "\(seed)")
        }
    }

    private static func padded(_ number: UInt64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(4 - digits.count, 0)) + digits
    }
}
