import Foundation
import ImageData
import ImageFiles
import Memory
import Models
import TensorCore
import Training

/// One image that a generator makes.
public struct GeneratedImage: Sendable {
    /// The image, with what it says of its making.
    public let image: Image
    /// The seed as text: `7`, or `3:8 at 0.25` for a frame of an interpolation.
    public let seed: String
    /// The class, by its number and its name; nil for models that know none.
    public let label: Int?
    /// The name of the class.
    public let className: String?
    /// Where it goes below a folder of results, without an extension: `ankle-boot/seed0007`.
    public let path: String
}

/// A generator at work: all images that were asked for, row by row of a sheet.
///
///     let generation = try Generation(Model.load("fashion-cgan"), GenerationOptions(seeds: .count(16), classes: ["bag"]))
///     let images = try generation.images()
public struct Generation {
    /// What the model is called.
    public let model: String
    let options: GenerationOptions
    let requests: [Request]
    let columns: Int
    let captions: [String]
    private let generator: any ImageGenerator
    private let recipe: RecipeStart?

    struct Request {
        /// `[1, latentSize]`.
        let latent: Tensor
        let label: Int?
        let className: String?
        let seed: String
        let path: String
        let step: Step?
    }

    /// A frame of the way from one seed to another.
    struct Step {
        let seeds: String
        let frame: Int
        let frames: Int
    }

    /// A model at work.
    ///
    /// - Throws: `ModelError` when it makes no images, ``GenerationError`` when it cannot make what is asked for.
    public init(_ model: Model, _ options: GenerationOptions = GenerationOptions()) throws {
        self = try MemoryJob.run {
            try Generation(
                named: model.name,
                model.generator(
                    precision: options.precision, truncation: options.truncation, wrapping: options.seamless),
                options, options.provenance ? RecipeStart(.generate, [model], options.recorded) : nil)
        }
    }

    /// A model whose generator is built already. Truncation and axes are the generator's.
    ///
    /// - Throws: ``GenerationError`` when it cannot make what is asked for.
    package init(_ model: Model, built generator: any ImageGenerator, _ options: GenerationOptions) throws {
        self = try MemoryJob.run {
            try Generation(
                named: model.name, generator, options,
                options.provenance ? RecipeStart(.generate, [model], options.recorded) : nil)
        }
    }

    init(_ model: String, _ generator: any ImageGenerator, _ options: GenerationOptions) throws {
        self = try MemoryJob.run { try Generation(named: model, generator, options, nil) }
    }

    private init(
        named model: String, _ generator: any ImageGenerator, _ options: GenerationOptions, _ recipe: RecipeStart?
    ) throws {
        let known = ClassNames(generator.classNames)
        let labels = try Self.labels(model, options, known)
        let noise = Self.noise(options, generator)
        let folders = known.folderNames
        self.model = model
        self.options = options
        self.generator = generator
        self.recipe = recipe
        requests = labels.flatMap { label in
            noise.map { noise in
                Request(
                    latent: noise.latent, label: label, className: label.map { known.names[$0] }, seed: noise.words,
                    path: (label.map { folders[$0] + "/" } ?? "") + noise.name, step: noise.step)
            }
        }
        captions = labels.compactMap { $0.map { known.names[$0] } }
        columns = captions.isEmpty ? Self.columns(noise.count) : noise.count
    }

    /// How many images it makes.
    public var count: Int { requests.count }

    /// Makes all images.
    ///
    /// - Throws: `CancellationError` when the task is canceled.
    public func images() throws -> [Image] {
        var made: [Image] = []
        try run { made.append($0.image) }
        return made
    }

    /// Makes the images one after the other.
    ///
    /// - Throws: what the closure throws; `NonFiniteResult` for an image whose values are NaN or infinite;
    ///   ``GenerationError`` when memory does not suffice for a batch;
    ///   `CancellationError` when the task is canceled.
    public func run(_ body: (GeneratedImage) throws -> Void) throws {
        try eachResult { try body($0.get()) }
    }

    /// Makes the images one after the other, and tells which of them are none.
    func eachResult(_ body: (Result<GeneratedImage, NonFiniteResult>) throws -> Void) throws {
        for start in stride(from: 0, to: requests.count, by: options.batchSize) {
            if Task.isCancelled { throw CancellationError() }
            let batch = Array(requests[start..<min(start + options.batchSize, requests.count)])
            for (request, image) in zip(batch, try images(of: batch)) {
                try body(image.map { made(request, $0) })
            }
        }
    }

    private func made(_ request: Request, _ image: Image) -> GeneratedImage {
        var image = image
        image.metadata = metadata(
            seed: request.seed, className: request.className, recipe: recipe.map { own(request, $0) })
        return GeneratedImage(
            image: image, seed: request.seed, label: request.label, className: request.className, path: request.path)
    }

    private func images(of batch: [Request]) throws -> [Result<Image, NonFiniteResult>] {
        do { return try computed(batch) } catch let error as OutOfMemory {
            // Halves of halves are cheaper to try than to predict.
            var fitting = batch.count / 2
            while fitting > 0, (try? computed(Array(batch.prefix(fitting)))) == nil { fitting /= 2 }
            throw GenerationError.batchTooLarge(batch: batch.count, fitting: fitting, error)
        }
    }

    private func computed(_ batch: [Request]) throws -> [Result<Image, NonFiniteResult>] {
        try MemoryJob.run {
            let latents = Tensor.concatenated(batch.map(\.latent))
            let labels = batch.compactMap(\.label)
            let images = generator.images(latents: latents, labels: labels.isEmpty ? nil : labels)
            try MemoryJob.check()
            let plain = images.rowMajor
            try MemoryJob.check()
            try MemoryRoom.now.check(images.count)
            let isWhole = plain.isFinite
            return zip(batch, Image.images(of: plain)).enumerated().map { index, made in
                guard isWhole || plain.slice(axis: 0, from: index, count: 1).isFinite else {
                    return .failure(NonFiniteResult(of: made.0.path))
                }
                return .success(made.1)
            }
        }
    }

    /// One sheet of all images, in rows of their classes.
    func sheet(of images: [Image]) -> Image {
        var sheet = SampleSheet.make(images: images, columns: columns, labels: captions)
        sheet.metadata = metadata(
            seed: requests.prefix(columns).map(\.seed).joined(separator: ","),
            className: captions.isEmpty ? nil : captions.joined(separator: ", "))
        return sheet
    }

    private func metadata(seed: String, className: String?, recipe: Recipe? = nil) -> ImageMetadata {
        guard options.provenance else { return ImageMetadata() }
        return Provenance(
            model: model, seed: seed, className: className, truncation: options.truncation.map { Float($0) },
            recipe: recipe
        ).metadata
    }

    private func own(_ request: Request, _ start: RecipeStart) -> Recipe {
        start.recipe { settings in
            settings.note("class", request.className)
            if let step = request.step {
                settings.note("interpolate", step.seeds)
                settings.note("frames", step.frames)
                settings.note("frame", step.frame)
            } else {
                settings.note("seed", request.seed)
            }
        }
    }

    /// A sheet without classes is slightly wider than tall.
    private static func columns(_ count: Int) -> Int {
        let root = Int(Double(count).squareRoot().rounded(.up))
        return (root...max(root, root + 3)).first { count % $0 == 0 } ?? root
    }

    private static func labels(
        _ model: String, _ options: GenerationOptions, _ known: ClassNames
    ) throws(GenerationError) -> [Int?] {
        if known.names.isEmpty {
            guard options.classes.isEmpty, !options.allClasses else { throw .noClasses(model: model) }
            return [nil]
        }
        if options.allClasses { return Array(known.names.indices) }
        guard !options.classes.isEmpty else { throw .classNeeded(known: known.names) }
        do { return try options.classes.map { try known.label(of: $0) } } catch { throw .unknownClass("\(error)") }
    }

    private struct Noise {
        let latent: Tensor
        let name: String
        let words: String
        var step: Step?
    }

    private static func noise(_ options: GenerationOptions, _ generator: any ImageGenerator) -> [Noise] {
        func latents(_ seeds: [UInt64]) -> Tensor {
            generator.latents(forSeeds: seeds)
        }
        switch options.seeds {
        case .path(let first, let last, let frames):
            let path = SeededLatents.spherical(from: latents([first]), to: latents([last]), frames: frames)
            return (options.only.map { [$0] } ?? Array(0..<frames)).map { frame in
                let share = String(format: "%.4g", Double(frame) / Double(frames - 1))
                return Noise(
                    latent: path.slice(axis: 0, from: frame, count: 1), name: "frame" + padded(UInt64(frame)),
                    words: "\(first):\(last) at \(share)",
                    step: Step(seeds: "\(first):\(last)", frame: frame, frames: frames))
            }
        case .tour(let seeds, let each, let closed):
            let stops = latents(seeds)
            func stop(_ index: Int) -> Tensor { stops.slice(axis: 0, from: index % seeds.count, count: 1) }
            var way: [Noise] = []
            func add(_ latent: Tensor, _ words: String, _ step: Step? = nil) {
                way.append(Noise(latent: latent, name: "frame" + padded(UInt64(way.count)), words: words, step: step))
            }
            for leg in 0..<(closed ? seeds.count : seeds.count - 1) {
                let (first, last) = (seeds[leg], seeds[(leg + 1) % seeds.count])
                let path = SeededLatents.spherical(from: stop(leg), to: stop(leg + 1), frames: each + 1)
                for frame in 0..<each {
                    let share = String(format: "%.4g", Double(frame) / Double(each))
                    add(
                        path.slice(axis: 0, from: frame, count: 1), "\(first):\(last) at \(share)",
                        Step(seeds: "\(first):\(last)", frame: frame, frames: each + 1))
                }
            }
            if !closed, let last = seeds.last { add(stop(seeds.count - 1), "\(last)") }
            return way
        case .list(let seeds):
            let all = latents(seeds)
            return seeds.enumerated().map { index, seed in
                Noise(
                    latent: all.slice(axis: 0, from: index, count: 1), name: fileName(ofSeed: seed),
                    words: "\(seed)")
            }
        }
    }

    /// What the image of a seed is called, without an extension: `seed0007`.
    static func fileName(ofSeed seed: UInt64) -> String { "seed" + padded(seed) }

    /// A number of at least four digits.
    static func padded(_ number: UInt64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(4 - digits.count, 0)) + digits
    }
}
