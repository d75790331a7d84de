import ConditionalGAN
import Evaluation
import Foundation
import Layers
import Pix2Pix
import SuperResolution
import TensorCore
import Training
import VanillaGAN

/// Finds models by name and loads them into the module that knows them.
public enum Catalog {
    /// Where models are looked for, in order: `$ATELIER_MODELS` (folders joined by colons), `Models` in the working
    /// folder, `Models` beside or above the program, and the installed ones.
    public static var searchPath: [String] {
        var folders = (ProcessInfo.processInfo.environment["ATELIER_MODELS"] ?? "")
            .split(separator: ":").map(String.init)
        folders.append(FileManager.default.currentDirectoryPath + "/Models")
        var folder = URL(fileURLWithPath: Bundle.main.executablePath ?? CommandLine.arguments[0])
            .resolvingSymlinksInPath().deletingLastPathComponent()
        folders.append(folder.deletingLastPathComponent().path + "/share/atelier/models")
        for _ in 0..<5 where folder.path != "/" {
            folders.append(folder.appendingPathComponent("Models").path)
            folder.deleteLastPathComponent()
        }
        folders.append("/usr/local/share/atelier/models")
        var seen = Set<String>()
        return folders.filter { seen.insert($0).inserted && isFolder($0) }
    }

    /// Every model on the search path; of two with one name the first found.
    public static func list(in searchPath: [String] = Catalog.searchPath) -> [ModelFolder] {
        var seen = Set<String>()
        return searchPath.flatMap { folder in
            ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted().compactMap { entry in
                guard let model = try? ModelFolder(path: folder + "/" + entry) else { return nil }
                return seen.insert(entry).inserted ? model : nil
            }
        }
    }

    /// The model of that name, or the one in the folder of that path. A run's folder stands for the model it exported.
    ///
    /// A model on the search path is known by its folder's name and by the name it gives itself.
    ///
    /// - Throws: `CatalogError`.
    public static func find(_ name: String, in searchPath: [String] = Catalog.searchPath) throws -> ModelFolder {
        for candidate in [name, name + "/model"] {
            if FileManager.default.fileExists(atPath: candidate + "/config.json"),
                FileManager.default.fileExists(atPath: candidate + "/model.safetensors")
            {
                return try ModelFolder(path: candidate)
            }
        }
        for folder in searchPath where !name.isEmpty && !name.contains("/") && isFolder(folder + "/" + name) {
            return try ModelFolder(path: folder + "/" + name)
        }
        let models = list(in: searchPath)
        if let model = models.first(where: { $0.name == name }) { return model }
        if isFolder(name) {
            throw CatalogError.notAModel(path: name, reason: "it has no config.json and model.safetensors")
        }
        throw CatalogError.unknownModel(name: name, known: models.map(\.name), searched: searchPath)
    }

    /// The model as something that makes images.
    ///
    /// - Parameter precision: the arithmetic that it computes in.
    /// - Throws: `CatalogError` when it is of another kind or its weights do not fit.
    public static func generator(
        _ folder: ModelFolder, precision: Precision = .float32
    ) throws -> any ImageGenerator {
        switch folder.kind {
        case VanillaGANConfiguration.kind: return try load(VanillaGANConfiguration.self, folder, precision)
        case ConditionalGANConfiguration.kind: return try load(ConditionalGANConfiguration.self, folder, precision)
        default:
            throw CatalogError.wrongKind(name: folder.name, kind: folder.kind, wanted: "a gan or cgan model")
        }
    }

    /// A translator's configuration and weights.
    ///
    /// - Throws: `CatalogError` when it is of another kind or cannot be read.
    public static func translation(
        _ folder: ModelFolder
    ) throws -> (configuration: Pix2PixConfiguration, weights: [String: Tensor]) {
        guard folder.kind == Pix2PixConfiguration.kind else {
            throw CatalogError.wrongKind(name: folder.name, kind: folder.kind, wanted: "a pix2pix model")
        }
        return try naming(folder) {
            let configuration = try ModelManifest<Pix2PixConfiguration>.read(from: folder.path).configuration
            try configuration.checkExtents()
            return (configuration, try weights(of: folder))
        }
    }

    /// The model as something that translates images, with the configuration that says which ones.
    ///
    /// - Parameters:
    ///   - statistics: whose mean and variance batch normalization uses; nil for what suits the model.
    ///   - precision: the arithmetic that it computes in.
    ///   - noise: where dropout draws from; nil leaves it out.
    /// - Throws: `CatalogError` when it is of another kind or its weights do not fit.
    public static func translator(
        _ folder: ModelFolder, statistics: Pix2PixConfiguration.Statistics? = nil,
        precision: Precision = .float32, noise: Random? = nil
    ) throws -> (translator: Translator, configuration: Pix2PixConfiguration) {
        let (configuration, weights) = try translation(folder)
        return try naming(folder) {
            let generator = configuration.generator.makeGenerator(random: Random(seed: 0))
            try generator.load(weights)
            let translator = Translator(
                generator, statistics: statistics ?? configuration.statistics, precision: precision, noise: noise)
            return (translator, configuration)
        }
    }

    /// The model as something that upscales images.
    ///
    /// - Throws: `CatalogError` when it is of another kind or its weights do not fit.
    public static func upscaler(
        _ folder: ModelFolder
    ) throws -> (upscaler: Upscaler, configuration: SuperResolutionConfiguration) {
        let (configuration, weights) = try upscalingWeights(folder)
        return try naming(folder) {
            let generator = configuration.generator.makeGenerator(random: Random(seed: 0))
            try generator.load(weights)
            return (Upscaler(generator, resize: configuration.resize), configuration)
        }
    }

    static func upscalingWeights(
        _ folder: ModelFolder
    ) throws -> (configuration: SuperResolutionConfiguration, weights: [String: Tensor]) {
        guard folder.kind == SuperResolutionConfiguration.kind else {
            throw CatalogError.wrongKind(name: folder.name, kind: folder.kind, wanted: "an sr model")
        }
        return try naming(folder) {
            let manifest = try ModelManifest<SuperResolutionConfiguration>.read(from: folder.path)
            try manifest.configuration.checkExtents()
            return (manifest.configuration, try weights(of: folder))
        }
    }

    /// The model as a classifier.
    ///
    /// - Throws: `CatalogError` when it is of another kind or its weights do not fit.
    public static func classifier(_ folder: ModelFolder) throws -> TrainedClassifier {
        guard folder.kind == ClassifierConfiguration.kind else {
            throw CatalogError.wrongKind(name: folder.name, kind: folder.kind, wanted: "a classifier")
        }
        return try naming(folder) {
            let manifest = try ModelManifest<ClassifierConfiguration>.read(from: folder.path)
            try manifest.configuration.checkExtents()
            return try TrainedClassifier(manifest.configuration, weights: weights(of: folder))
        }
    }

    private static func load<Configuration: AdversarialConfiguration & CheckedConfiguration>(
        _ type: Configuration.Type, _ folder: ModelFolder, _ precision: Precision
    ) throws -> any ImageGenerator {
        try naming(folder) {
            let manifest = try ModelManifest<Configuration>.read(from: folder.path)
            try manifest.configuration.checkExtents()
            return try TrainedGenerator(manifest.configuration, weights: weights(of: folder), precision: precision)
        }
    }

    static func weights(of folder: ModelFolder) throws -> [String: Tensor] {
        try Safetensors.open(folder.path + "/model.safetensors").tensors
    }

    static func naming<Value>(_ folder: ModelFolder, _ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error as DecodingError {
            throw CatalogError.unloadable(name: folder.name, reason: "config.json: \(error.inWords)")
        } catch {
            throw CatalogError.unloadable(name: folder.name, reason: "\(error)")
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var directory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &directory) && directory.boolValue
    }
}
