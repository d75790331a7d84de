import Files
import Foundation
import ImageData
import Layers
import Memory
import TensorCore

extension ModelStore {
    /// Writes a model whose weights are the means of the weights of several models (Izmailov et al. 2018, "Averaging
    /// weights leads to wider optima and better generalization"; Wortsman et al. 2022, "Model soups"). It is usually
    /// better than each of them if they continued from one model. The average of models that were trained separately is
    /// useless.
    ///
    /// With shares, it is a weighted mean, which interpolates between networks (Wang et al. 2018, "ESRGAN"). A negative
    /// share goes on in the direction away from a model: 1.2 of a sharp upscaler and −0.2 of the faithful one that it
    /// continued from are sharper still.
    ///
    /// - Parameters:
    ///   - models: names, model folders, runs, or files of other programs; at least two, of one architecture. The
    ///     result takes the license, the training record and other facts of the first one.
    ///   - shares: how much of each model, adding up to 1; nil for equal shares.
    ///   - name: the name of the result; nil for the name of its folder.
    ///   - path: the folder to write.
    /// - Throws: ``ModelError`` if a model is missing or has another architecture than the first.
    public func average(_ models: [String], shares: [Float]? = nil, name: String? = nil, to path: String) throws {
        precondition(models.count > 1, "average: \(models.count) models")
        precondition(shares.map { $0.count == models.count } ?? true, "average: a share for each model")
        let loaded = try models.map { try Model.load($0, from: self) }
        let back = loaded[0].translatesBack ? try models.map { try Model.load($0, direction: .bToA, from: self) } : []
        let name = name ?? URL(fileURLWithPath: path).lastPathComponent
        var named = zip(models, loaded).map { $1.name == $0 ? $0 : "\($0) (\($1.name))" }
        if let shares { named = zip(shares, named).map { "\($0) · \($1)" } }
        let factors = shares ?? [Float](repeating: 1 / Float(models.count), count: models.count)
        try MemoryJob.run {
            try average(loaded, factors, name: name, of: named, to: path)
            if !back.isEmpty {
                try average(back, factors, name: name, of: named, to: path + "/" + PairDirection.bToA.rawValue)
            }
        }
    }

    private func average(
        _ models: [Model], _ shares: [Float], name: String, of names: [String], to path: String
    ) throws {
        let first = models[0]
        var manifest = try manifest(of: first, name: name)
        for model in models where model.kind != first.kind || !model.hasShapes(of: first) {
            throw ModelError.unloadable(
                name: model.name,
                reason: "only networks of the same architecture can be averaged, and \(first.name) is of another one")
        }
        // Half precision is kept only if all models have it.
        let isHalf = models.allSatisfy { $0.weights.precision == .float16 }
        for model in models { _ = try model.usableWeights() }
        var mean = first.weights.mapValues { $0.scaled(by: shares[0]) }
        for (model, share) in zip(models, shares).dropFirst() {
            mean.merge(model.weights) { $0 + $1.scaled(by: share) }
        }
        manifest.provenance["mean of"] = names.joined(separator: ", ")
        try manifest.write(to: path, weights: mean, precision: isHalf ? .float16 : .float32)
    }

    /// Writes a copy of a model with other facts, in another precision.
    ///
    /// - Parameters:
    ///   - model: a name, a model folder, a run, or a file of another program.
    ///   - name: the name of the copy; nil for the name of its folder.
    ///   - description, license: nil for those of the model.
    ///   - precision: the type of the stored numbers; nil for 16-bit floats if that changes none of them.
    ///   - path: the folder to write.
    /// - Throws: ``ModelError`` if there is no such model or it has no network, `FileWriteError`.
    package func copy(
        _ model: String, name: String? = nil, description: String? = nil, license: String? = nil,
        precision: Safetensors.Precision? = nil, to path: String
    ) throws {
        func write(_ model: Model, to path: String, name: String) throws {
            var manifest = try manifest(of: model, name: name)
            manifest.description = description ?? manifest.description
            manifest.license = license ?? manifest.license
            try manifest.write(
                to: path, weights: model.usableWeights(), precision: precision ?? model.weights.precision)
        }
        let name = name ?? URL(fileURLWithPath: path).lastPathComponent
        try MemoryJob.run {
            let forth = try Model.load(model, from: self)
            try write(forth, to: path, name: name)
            guard forth.translatesBack else { return }
            let back = try Model.load(model, direction: .bToA, from: self)
            try write(back, to: path + "/" + PairDirection.bToA.rawValue, name: name)
        }
    }

    /// What is known of a model, under another name.
    private func manifest(of model: Model, name: String) throws -> ModelManifest {
        guard model.network.architecture.hasNetwork else {
            throw ModelError.wrongKind(name: model.name, kind: model.kind, wanted: "a model with a network")
        }
        var manifest =
            model.fileFormat == nil
            ? try ModelFolder(path: model.path, among: architectures).manifest : model.importedManifest(name: name)
        manifest.name = name
        return manifest
    }
}
