import CPUBackend
import Files
import Foundation
import ImageData
import ImageFiles
import Models
import TensorCore

/// Makes an image again from the recipe that is written in its file, and compares both.
///
///     let again = try Remaking("out/seed0007.png").run()
///     print(again.isSame, again.differences)
public struct Remaking {
    /// The file that holds the recipe.
    public let path: String
    /// Models to use instead of those that the recipe names, in its order; empty for those.
    public var models: [String] = []
    /// The image that was translated or upscaled, or the folder that it lies in; nil for where the recipe says.
    public var input: String?
    /// Where models are looked for.
    public var store = ModelStore()
    /// How the kernels of convolutions are chosen; nil for the way that the recipe says.
    public var kernels: KernelSelection?

    private let recipe: Recipe
    private let header: ImageHeader

    /// What came of it.
    public struct Outcome: Sendable {
        /// The image that was made now, with its own recipe.
        public let image: Image
        /// Whether its pixels are those of the file, to the bit.
        public let isSame: Bool
        /// What is different now from what the recipe says, and how the pixels differ, in words.
        public let differences: [String]
        /// How the image is packed as the file is.
        public let encoding: EncodingOptions
    }

    /// Reads the recipe.
    ///
    /// - Throws: `ImageError`, ``RemakingError/noRecipe(file:_:)``.
    public init(_ path: String) throws {
        self.path = path
        let inspection = try ImageInspection(path)
        header = inspection.header
        if let problem = inspection.recipeProblem {
            throw RemakingError.noRecipe(file: path, "the recipe of the image cannot be read: \(problem).")
        }
        guard let recipe = inspection.recipe else {
            let isOurs = inspection.texts.contains { $0.keyword == "Model" || $0.value.hasPrefix("Model: ") }
            throw RemakingError.noRecipe(
                file: path,
                isOurs
                    ? "it names a model, but has no recipe: it is a sheet or an edited image, or an older version made it."
                    : "it does not say what it was made from.")
        }
        self.recipe = recipe
    }

    /// Makes the image.
    ///
    /// - Throws: ``RemakingError``; `ModelError`, `ImageError` and others as in making an image.
    public func run() throws -> Outcome {
        var settings = RecipeSettings(recipe.settings)
        let encoding = try EncodingOptions(header.format, &settings)
        let recorded: KernelSelection? = try settings.take("kernels")
        let backend = CPUBackend(kernels: kernels ?? recorded ?? .rules)
        var notes = softwareNotes
        let made = try backend.run { try image(&settings, &notes) }
        let file = try Image.read(path, allowPartial: true)
        // Packing may change pixels, as in a JPEG; then the file holds what unpacks from it.
        let again = try Image.decode(made.encoded(as: encoding), name: path)
        let difference = Self.difference(file, again)
        if let difference { notes.append(difference) }
        return Outcome(image: made, isSame: difference == nil, differences: notes, encoding: encoding)
    }

    private var softwareNotes: [String] {
        var notes: [String] = []
        if recipe.software != Software.description {
            notes.append("software: \(recipe.software) made the file, this is \(Software.description)")
        }
        if recipe.machine != Recipe.thisMachine {
            notes.append("machine: the file comes from another processor or oneDNN, which may round differently")
        }
        return notes
    }

    private func image(_ settings: inout RecipeSettings, _ notes: inout [String]) throws -> Image {
        let direction: PairDirection = try settings.take(choice: "direction") ?? .aToB
        let loaded = try loadedModels(direction, &notes)
        switch recipe.task {
        case ModelTask.generate.rawValue:
            let options = try GenerationOptions(&settings)
            try settings.checkAllTaken()
            return try Generation(loaded[0], options).images()[0]
        case ModelTask.translate.rawValue:
            let options = try TranslationOptions(&settings)
            try settings.checkAllTaken()
            return try Translation(loaded[0], options).result(of: inputImage(&notes), from: recipe.input)
        case ModelTask.upscale.rawValue:
            var options = try UpscalingOptions(&settings)
            try settings.checkAllTaken()
            var chain = loaded
            if options.denoising != nil, chain.count == 2 { options.denoisingPartner = chain.removeLast().path }
            options.store = store
            return try Upscaling(chain, options).result(of: inputImage(&notes), from: recipe.input)
        default: throw RemakingError.setting("task \(recipe.task)")
        }
    }

    private func inputImage(_ notes: inout [String]) throws -> Image {
        let file = try inputFile()
        if let hash = recipe.input?.hash {
            let here = try ImageError.ofFiles { try sha256(ofFile: file) }
            if here != hash {
                notes.append("input: \(file) is another file than the one that the image was made from")
            }
        } else {
            notes.append("input: the file does not say which image it was made from")
        }
        return try Image.read(file, allowPartial: true)
    }

    private func inputFile() throws(RemakingError) -> String {
        let place = recipe.input?.place ?? ""
        let name = split(place).name
        if let input {
            if Model.isFile(input) { return input }
            for candidate in [place, name] where !candidate.isEmpty && Model.isFile(joined(input, candidate)) {
                return joined(input, candidate)
            }
            throw .input(place: joined(input, name))
        }
        let folder = split(path).folder
        let candidates = place.isEmpty ? [] : [place, joined(folder, place), joined(folder, name)]
        // The image itself may have the name of its input.
        let own = resolved(path)
        guard let found = candidates.first(where: { Model.isFile($0) && resolved($0) != own }) else {
            throw .input(place: place)
        }
        return found
    }

    // MARK: Models

    private func loadedModels(_ direction: PairDirection, _ notes: inout [String]) throws -> [Model] {
        guard let task = ModelTask(rawValue: recipe.task), !recipe.models.isEmpty else {
            throw RemakingError.setting("task \(recipe.task)")
        }
        guard models.isEmpty || models.count == recipe.models.count else {
            throw RequestError("The image was made by \(counted(recipe.models.count, "model")), not \(models.count).")
        }
        return try recipe.models.enumerated().map { index, wanted in
            let model =
                models.isEmpty
                ? try found(wanted, task, direction)
                : try store.requested(models[index], for: task, direction: direction)
            let here = try ImageError.ofFiles { try model.weightsHash() }
            if here != wanted.weights {
                notes.append(
                    "model: \(wanted.name) has other weights here (\(here.prefix(12))…) than those that made the file "
                        + "(\(wanted.weights.prefix(12))…)")
            }
            return model
        }
    }

    /// The model with the recipe's weights, or else the first one in its place or of its name.
    private func found(_ wanted: Recipe.Model, _ task: ModelTask, _ direction: PairDirection) throws -> Model {
        var first: Model?
        var reason = ""
        for name in [wanted.place, wanted.name] {
            do {
                let model = try Model.load(name, direction: direction, from: store)
                try model.check(task)
                if (try? model.weightsHash()) == wanted.weights { return model }
                first = first ?? model
            } catch {
                if reason.isEmpty { reason = "\(error)" }
            }
        }
        guard let first else { throw RemakingError.model(name: wanted.name, reason) }
        return first
    }

    // MARK: Comparing

    /// How the pixels of two images differ, in words; nil if they do not.
    private static func difference(_ file: Image, _ made: Image) -> String? {
        if file.width != made.width || file.height != made.height {
            return "pixels: \(made.width)×\(made.height) now, \(file.width)×\(file.height) in the file"
        }
        if file.channels != made.channels || file.bitDepth != made.bitDepth {
            return "pixels: \(counted(made.channels, "channel")) of \(made.bitDepth) bits now, "
                + "\(file.channels) of \(file.bitDepth) in the file"
        }
        if file.samples == made.samples { return nil }
        var (count, largest) = (0, 0)
        func compare<Sample: FixedWidthInteger>(_ one: [Sample], _ other: [Sample]) {
            for (a, b) in zip(one, other) where a != b {
                count += 1
                largest = max(largest, abs(Int(a) - Int(b)))
            }
        }
        switch (file.samples, made.samples) {
        case (.bits8(let one), .bits8(let other)): compare(one, other)
        case (.bits16(let one), .bits16(let other)): compare(one, other)
        default: break
        }
        let share = 100 * Double(count) / Double(max(file.samples.count, 1))
        return "pixels: \(String(format: "%.2g", share)) % of the samples differ, by \(largest) at most"
    }
}
