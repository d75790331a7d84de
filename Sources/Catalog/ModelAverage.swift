import ConditionalGAN
import Evaluation
import Foundation
import ImageData
import Layers
import Pix2Pix
import SuperResolution
import TensorCore
import Training
import VanillaGAN

extension Catalog {
    /// Writes a model whose weights are the means of several models' (Izmailov et al. 2018, "Averaging weights leads to
    /// wider optima and better generalization"; Wortsman et al. 2022, "Model soups"). It is usually better than each of
    /// them where they went on from one model; networks that were trained apart have nothing in common to average.
    ///
    /// - Parameters:
    ///   - models: names, models' folders or runs, two at least, of one architecture. What is said of the first, such as
    ///     its license, is said of the result; how it was trained, too.
    ///   - name: what the result is called; nil for its folder's name.
    ///   - path: the folder to write.
    /// - Throws: `CatalogError` when a model is missing or is of another architecture than the first.
    public static func average(
        _ models: [String], name: String? = nil, to path: String, in searchPath: [String] = Catalog.searchPath
    ) throws {
        precondition(models.count > 1, "average: \(models.count) models")
        let folders = try models.map { try find($0, in: searchPath) }
        let back = folders[0].translatesBack ? try folders.map { try $0.translating(.bToA) } : []
        let name = name ?? URL(fileURLWithPath: path).lastPathComponent
        let named = zip(models, folders).map { model, folder in
            folder.name == model ? model : "\(model) (\(folder.name))"
        }
        try average(folders, name: name, of: named, to: path)
        if !back.isEmpty { try average(back, name: name, of: named, to: path + "/" + PairDirection.bToA.rawValue) }
    }

    private static func average(_ folders: [ModelFolder], name: String, of models: [String], to path: String) throws {
        let first = folders[0]
        let weights = try folders.map { folder in try naming(folder) { try Self.weights(of: folder) } }
        for (folder, found) in zip(folders, weights) {
            guard folder.kind == first.kind, found.mapValues({ $0.shape }) == weights[0].mapValues({ $0.shape }) else {
                throw CatalogError.unloadable(
                    name: folder.name,
                    reason: "it is no network of the same architecture as \(first.name); such alone can be averaged")
            }
        }
        // What was kept in halves stays so, and what was not does not.
        let precision = weights.allSatisfy { $0.precision == .float16 } ? Safetensors.Precision.float16 : .float32
        let share = 1 / Float(folders.count)
        let mean = weights.dropFirst().reduce(weights[0].mapValues { $0.scaled(by: share) }) { sum, found in
            sum.merging(found) { $0 + $1.scaled(by: share) }
        }
        func write<Configuration: Codable & Sendable>(_: Configuration.Type) throws {
            var manifest = try ModelManifest<Configuration>.read(from: first.path)
            manifest.name = name
            manifest.provenance["mean of"] = models.joined(separator: ", ")
            try manifest.write(to: path, weights: mean, precision: precision)
        }
        switch first.kind {
        case VanillaGANConfiguration.kind: try write(VanillaGANConfiguration.self)
        case ConditionalGANConfiguration.kind: try write(ConditionalGANConfiguration.self)
        case Pix2PixConfiguration.kind: try write(Pix2PixConfiguration.self)
        case SuperResolutionConfiguration.kind: try write(SuperResolutionConfiguration.self)
        case ClassifierConfiguration.kind: try write(ClassifierConfiguration.self)
        default:
            throw CatalogError.wrongKind(name: first.name, kind: first.kind, wanted: "one with a network in it")
        }
    }
}
