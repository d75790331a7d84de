import BatchPipeline
import Files
import Foundation
import ImageData
import ImageFiles
import Memory
import Models
import TensorCore

/// Writes a labeled set of generated images: one folder for each class of a dataset. The real images can be beside them.
///
///     try DatasetAugmentation(of: "few/", with: Model.load("run"), to: "augmented/", perClass: 200).run()
///
/// Generated images say so in their text chunks, as those of ``Generation`` do, and `augmentation.json` says which model
/// made how many from which seeds. Every file is written as a whole or not at all: a run that is interrupted goes on
/// where it stopped, and one with a larger ``perClass`` adds the missing images.
public struct DatasetAugmentation: Sendable {
    /// What came of it.
    public struct Summary: Sendable, Equatable {
        /// Generated images that were written.
        public internal(set) var generated = 0
        /// Real images that were copied.
        public internal(set) var real = 0
        /// Images that were there already.
        public internal(set) var kept = 0
        /// Real images that could not be read.
        public internal(set) var skipped = 0
    }

    /// The model that makes the images; it knows every class of the dataset by name.
    public var model: Model
    /// The dataset whose classes are generated.
    public var data: String
    /// The folder to write to.
    public var output: String
    /// Generated images of each class.
    public var perClass: Int
    /// The first seed; the others follow, the same for every class.
    public var firstSeed: UInt64 = 0
    /// The limit of noise, as in ``GenerationOptions/truncation``.
    public var truncation: Double?
    /// Whether the real images are copied into the folders, too.
    public var includesReal = false
    /// At most so many real images of each class, spread over the class.
    public var limitPerClass: Int?
    /// Images that are computed together; changes speed and memory only.
    public var batchSize = 64
    /// The arithmetic that the network computes in.
    public var precision = Precision.float32

    /// A set of some images of each class of a dataset.
    public init(of data: String, with model: Model, to output: String, perClass: Int) {
        (self.data, self.model, self.output, self.perClass) = (data, model, output, perClass)
    }

    /// Makes and writes what is missing.
    ///
    /// - Parameter tell: is told how the work goes.
    /// - Throws: ``RequestError`` when the model does not know a class, or when the folder holds anything else;
    ///   `ImageError` and `FileWriteError` for a file that cannot be written; `NonFiniteResult`, ``GenerationError``;
    ///   `CancellationError` when the task is canceled.
    @discardableResult
    public func run(telling tell: (WorkEvent) -> Void = { _ in }) throws -> Summary {
        try MemoryJob.run { try written(tell) }
    }

    private func written(_ tell: (WorkEvent) -> Void) throws -> Summary {
        let dataset = try DatasetReader.open(data, options: DatasetOptions(limitPerClass: limitPerClass))
        let generator = try model.generator(precision: precision)
        let matched = try MatchedClasses(
            dataset.classNames, in: data, among: generator.classNames, of: model.name)
        var manifest = manifest(dataset, matched.labels.map { generator.classNames[$0] })
        if let old = try AugmentationManifest.read(in: output), let conflict = manifest.conflict(with: old) {
            throw RequestError("\(output) holds another set (\(conflict)): choose another folder.")
        }
        try createFolders(output)
        AtomicFile.removeLeftovers(in: output)
        try manifest.write(in: output)

        var summary = Summary()
        let total = perClass * manifest.classes.count
        tell(.progress(WorkProgress("generating", 0, of: total)))
        for (number, entry) in manifest.classes.enumerated() {
            let folder = joined(output, entry.folder)
            try createFolders(folder)
            AtomicFile.removeLeftovers(in: folder)
            try generate(entry, generator, in: folder, &summary) { done in
                tell(.progress(WorkProgress("generating", number * perClass + done, of: total)))
            }
        }
        if includesReal { try copyReal(dataset, manifest, &summary, tell) }
        manifest.isComplete = true
        try manifest.write(in: output)
        return summary
    }

    private func manifest(_ dataset: any ImageDataset, _ modelClasses: [String]) -> AugmentationManifest {
        let names = dataset.classNames
        let folders = names.allSatisfy(Self.canNameFolder) ? names : ClassNames(names).folderNames
        let counts = dataset.classCounts
        return AugmentationManifest(
            model: model.name, weights: model.weightsDigest, firstSeed: firstSeed, perClass: perClass,
            truncation: truncation, precision: precision.rawValue, data: split(trimmed(dataset.path)).name,
            dataRecord: DataRecord(dataset), includesReal: includesReal,
            classes: names.indices.map { label in
                AugmentationManifest.ClassEntry(
                    name: names[label], modelClass: modelClasses[label], folder: folders[label],
                    real: includesReal ? counts[label] : 0)
            })
    }

    private static func canNameFolder(_ name: String) -> Bool {
        !name.isEmpty && !name.hasPrefix(".") && !name.contains("/") && name.utf8.count < 200
    }

    private func generate(
        _ entry: AugmentationManifest.ClassEntry, _ generator: any ImageGenerator, in folder: String,
        _ summary: inout Summary, _ progress: (Int) -> Void
    ) throws {
        func file(_ name: String) -> String { joined(folder, name + ".png") }
        let seeds = (0..<UInt64(perClass)).map { firstSeed &+ $0 }
        let missing = seeds.filter { FileStatus(file(Generation.fileName(ofSeed: $0))) == nil }
        summary.kept += seeds.count - missing.count
        guard !missing.isEmpty else { return progress(seeds.count) }
        var options = GenerationOptions(seeds: .list(missing), classes: [entry.modelClass])
        (options.truncation, options.batchSize) = (truncation, batchSize)
        var done = seeds.count - missing.count
        try Generation(model.name, generator, options).run { made in
            try made.image.write(to: file(split(made.path).name))
            summary.generated += 1
            done += 1
            progress(done)
        }
    }

    private func copyReal(
        _ dataset: any ImageDataset, _ manifest: AugmentationManifest, _ summary: inout Summary,
        _ tell: (WorkEvent) -> Void
    ) throws {
        for index in 0..<dataset.count {
            if Task.isCancelled { throw CancellationError() }
            let folder = joined(output, manifest.classes[dataset.label(index)].folder)
            let name = "real" + Generation.padded(UInt64(index))
            do {
                if try copy(index, of: dataset, to: joined(folder, name)) {
                    summary.real += 1
                } else {
                    summary.kept += 1
                }
            } catch let error as ImageError {
                if case .notWritable = error { throw error }
                if OutOfMemory.cause(of: error) != nil { throw error }
                summary.skipped += 1
                tell(.skipped(dataset.name(index), "\(error)"))
            }
            tell(.progress(WorkProgress("copying real images", index + 1, of: dataset.count)))
        }
    }

    /// Copies an image as it is, or writes it as a PNG file if it is part of a larger file.
    ///
    /// - Parameter path: without an extension.
    /// - Returns: false if it is there already.
    private func copy(_ index: Int, of dataset: any ImageDataset, to path: String) throws -> Bool {
        let source = dataset.name(index)
        if let format = ImageFormat(path: source), FileStatus(source)?.kind == .file {
            let target = path + "." + format.fileExtension
            guard FileStatus(target) == nil else { return false }
            // An image that cannot be read does not belong into a set to learn from.
            _ = try dataset.image(index)
            try AtomicFile.write(try InputFile(source).readAll(limit: 1 << 31), to: target)
            return true
        }
        guard FileStatus(path + ".png") == nil else { return false }
        try dataset.image(index).write(to: path + ".png")
        return true
    }
}

extension Model {
    /// A hash of all weights, which tells models of one name apart.
    fileprivate var weightsDigest: String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for (name, tensor) in weights.sorted(by: { $0.key < $1.key }) {
            hash = (hash ^ stableHash(name)) &* 0x100_0000_01B3
            tensor.withValues { values in
                for value in values { hash = (hash ^ UInt64(value.bitPattern)) &* 0x100_0000_01B3 }
            }
        }
        return String(hash, radix: 16)
    }
}
