import Atelier
import ConditionalGAN
import Evaluation
import Foundation
import Layers
import Models
import TensorCore
import Training
import VanillaGAN

/// A folder of small models that is gone with the value.
final class ModelShelf {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("shelf-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    static var gan: VanillaGANConfiguration {
        var configuration = VanillaGANConfiguration(
            image: ImageShape(size: 16, channels: 1, contentWidth: 14, contentHeight: 12))
        (configuration.latentSize, configuration.generatorWidth) = (4, 2)
        return configuration
    }

    static var cgan: ConditionalGANConfiguration {
        var configuration = ConditionalGANConfiguration(
            image: ImageShape(size: 16, channels: 3), classNames: ["boot", "bag"])
        (configuration.latentSize, configuration.generatorWidth) = (4, 2)
        return configuration
    }

    static var classifier: ClassifierConfiguration {
        var configuration = ClassifierConfiguration(
            image: ImageShape(size: 16, channels: 1), classNames: ["boot", "bag"])
        (configuration.width, configuration.featureSize) = (2, 4)
        return configuration
    }

    /// Puts a model into a subfolder.
    @discardableResult
    func add(_ configuration: some AdversarialConfiguration, to folder: String, name: String? = nil) throws -> String {
        try add(
            configuration.manifest(name: name ?? folder, provenance: [:]), to: folder,
            weights: configuration.makeGenerator(random: Random(seed: 1)).state())
    }

    @discardableResult
    func add(_ configuration: ClassifierConfiguration, to folder: String, name: String? = nil) throws -> String {
        try add(
            ModelManifest(
                NetworkConfiguration(.classifier, configuration.parameters), name: name ?? folder,
                classes: configuration.classNames),
            to: folder, weights: Classifier(configuration.parameters, random: Random(seed: 1)).state())
    }

    @discardableResult
    func add(_ manifest: ModelManifest, to folder: String, weights: [String: Tensor]) throws -> String {
        var manifest = manifest
        (manifest.description, manifest.license) = ("A small one", "Apache-2.0")
        manifest.provenance = ["steps": "0"]
        try manifest.write(to: path + "/" + folder, weights: weights)
        return path + "/" + folder
    }

    /// What models are found by in this folder alone.
    var store: ModelStore { ModelStore([path]) }

    /// Replaces text in a model's config.json.
    func edit(_ folder: String, _ old: String, _ new: String) throws {
        let file = path + "/" + folder + "/config.json"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try text.replacingOccurrences(of: old, with: new).write(toFile: file, atomically: true, encoding: .utf8)
    }
}
