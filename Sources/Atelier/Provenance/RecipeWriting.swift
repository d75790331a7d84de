import BatchPipeline
import CPUBackend
import Files
import ImageData
import ImageFiles
import Models
import TensorCore

/// What all images of one piece of work have in common, for their recipes.
struct RecipeStart: Sendable {
    private let task: String
    private let models: [Recipe.Model]
    private var settings: RecipeSettings

    /// Nil when a model's file cannot be read again, so that nothing could be checked later.
    init?(_ task: ModelTask, _ models: [Model], _ settings: RecipeSettings) {
        var settings = settings
        if models.count == 1, models[0].isBackward { settings.note("direction", PairDirection.bToA) }
        let kernels = (CurrentBackend.value as? CPUBackend)?.kernels ?? .rules
        if kernels != .rules { settings.note("kernels", kernels) }
        guard let described = try? models.map({ try $0.forRecipe() }) else { return nil }
        (self.task, self.models, self.settings) = (task.rawValue, described, settings)
    }

    /// The same with other settings of the task.
    func changing(_ old: RecipeSettings, to new: RecipeSettings) -> RecipeStart {
        var changed = self
        changed.settings = settings.changing(old, to: new)
        return changed
    }

    /// The recipe of one image.
    ///
    /// - Parameters:
    ///   - own: settings of this image alone.
    ///   - input: the file that it was made from.
    func recipe(_ own: (inout RecipeSettings) -> Void = { _ in }, input: Recipe.Input? = nil) -> Recipe {
        var settings = settings
        own(&settings)
        return Recipe(
            task: task, models: models, settings: settings.values, input: input, machine: Recipe.thisMachine)
    }

    /// The recipe of a result of a batch.
    func recipe(of job: ImageJob, in batch: BatchSettings) -> Recipe {
        let hash = try? sha256(ofFile: job.input)
        let input = hash.map { Recipe.Input(place: job.name == "-" ? "" : Recipe.place(of: job.name), hash: $0) }
        return recipe({ batch.options(job.format).note(in: &$0) }, input: input)
    }
}

extension Recipe {
    /// The processor and the library of convolutions, as a short hash.
    static var thisMachine: String { String(stableHash(AutotuneCache.description), radix: 16) }
}

extension Model {
    /// Whether it is the backward translator of a model that has two.
    var isBackward: Bool { fileFormat == nil && path.hasSuffix("/" + PairDirection.bToA.rawValue) }

    func forRecipe() throws -> Recipe.Model {
        let folder = isBackward ? String(path.dropLast(PairDirection.bToA.rawValue.count + 1)) : path
        return Recipe.Model(name: name, place: Recipe.place(of: folder), weights: try weightsHash())
    }

    /// The SHA-256 of the file that holds the weights.
    func weightsHash() throws -> String {
        if fileFormat == nil { return try sha256(ofFile: path + "/" + ModelManifest.weightsFile) }
        // ncnn describes the network in one file and keeps the weights in another.
        if path.hasSuffix(".param") { return try sha256(ofFile: String(path.dropLast(6)) + ".bin") }
        return try sha256(ofFile: path)
    }
}
