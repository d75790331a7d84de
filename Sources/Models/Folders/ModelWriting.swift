import Files
import Foundation
import ImageData
import Layers
import Memory
import TensorCore

extension Model {
    /// Writes a model folder.
    ///
    /// - Parameters:
    ///   - name: the name of the model; nil for its own name.
    ///   - description: a short description; empty for a description of the network.
    ///   - license: the license of the weights; empty for what is known of the file.
    ///   - origin: where the file comes from, such as the address of its page; empty if unknown.
    ///   - precision: the type of the stored numbers; nil for 16-bit floats if that changes none of them.
    /// - Throws: `FileWriteError` when the folder cannot be written.
    package func write(
        to folder: String, name: String? = nil, description: String = "", license: String = "",
        origin: String = "", precision: Safetensors.Precision? = nil
    ) throws {
        var manifest = importedManifest(name: name, description: description, license: license)
        if !origin.isEmpty { manifest.provenance[ModelManifest.originKey] = origin }
        try MemoryJob.run {
            let precision = precision ?? weights.precision
            try MemoryJob.check()
            try manifest.write(to: folder, weights: weights, precision: precision)
        }
    }

    /// The description of a model from a file of another program.
    fileprivate func importedManifest(name: String?, description: String = "", license: String = "") -> ModelManifest {
        var facts = [
            "imported": URL(fileURLWithPath: path).lastPathComponent, "network": network.description,
            "software": Software.description,
        ]
        facts["format"] = fileFormat?.rawValue
        facts["taken"] = source?.description
        return ModelManifest(
            network, name: name ?? self.name, description: description.isEmpty ? network.description : description,
            license: license.isEmpty ? self.license : license, classes: classNames,
            provenance: facts)
    }

    /// The names of the programs in whose form ``export(to:asFor:)`` writes the weights.
    public var exportLayouts: [String] { network.architecture.layouts.filter { $0.saved != nil }.map(\.name) }

    /// Writes the weights as the file of another program, in 32-bit floats.
    ///
    /// - Parameter layout: one of ``exportLayouts``.
    /// - Returns: how many tensors were written.
    /// - Throws: ``ModelError`` if there is no such layout, `FileWriteError`.
    @discardableResult
    public func export(to path: String, asFor layout: String) throws -> Int {
        guard let saved = network.architecture.layouts.first(where: { $0.name == layout })?.saved else {
            let known = exportLayouts.joined(separator: ", ")
            throw ModelError.unloadable(
                name: name,
                reason: "there is no form “\(layout)” for \(network); "
                    + (known.isEmpty ? "only safetensors" : "there are safetensors, \(known)"))
        }
        return try MemoryJob.run {
            guard let value = saved(weights) else {
                throw ModelError.unloadable(name: name, reason: "\(layout) has no such network as \(network)")
            }
            try MemoryJob.check()
            return try value.write(to: path)
        }
    }

    /// Writes the weights as one safetensors file with PyTorch's names, as `load_state_dict` takes them.
    ///
    /// - Returns: how many tensors were written.
    /// - Throws: `SafetensorsError` or `FileWriteError`.
    @discardableResult
    public func export(to path: String, precision: Safetensors.Precision = .float32) throws -> Int {
        // Readers in PyTorch check the name of the format.
        try MemoryJob.run {
            try Safetensors.write(weights, to: path, precision: precision, metadata: ["format": "pt", "kind": kind])
        }
        return weights.count
    }
}

extension ModelStore {
    /// Writes a model whose weights are the means of the weights of several models (Izmailov et al. 2018, "Averaging
    /// weights leads to wider optima and better generalization"; Wortsman et al. 2022, "Model soups"). It is usually
    /// better than each of them if they continued from one model. The average of models that were trained separately is
    /// useless.
    ///
    /// - Parameters:
    ///   - models: names, model folders, runs, or files of other programs; at least two, of one architecture. The
    ///     result takes the license, the training record and other facts of the first one.
    ///   - name: the name of the result; nil for the name of its folder.
    ///   - path: the folder to write.
    /// - Throws: ``ModelError`` if a model is missing or has another architecture than the first.
    public func average(_ models: [String], name: String? = nil, to path: String) throws {
        precondition(models.count > 1, "average: \(models.count) models")
        let loaded = try models.map { try Model.load($0, from: self) }
        let back = loaded[0].translatesBack ? try models.map { try Model.load($0, direction: .bToA, from: self) } : []
        let name = name ?? URL(fileURLWithPath: path).lastPathComponent
        let named = zip(models, loaded).map { $1.name == $0 ? $0 : "\($0) (\($1.name))" }
        try MemoryJob.run {
            try average(loaded, name: name, of: named, to: path)
            if !back.isEmpty {
                try average(back, name: name, of: named, to: path + "/" + PairDirection.bToA.rawValue)
            }
        }
    }

    private func average(_ models: [Model], name: String, of names: [String], to path: String) throws {
        let first = models[0]
        guard first.network.architecture.hasNetwork else {
            throw ModelError.wrongKind(name: first.name, kind: first.kind, wanted: "a model with a network")
        }
        for model in models where model.kind != first.kind || !model.hasShapes(of: first) {
            throw ModelError.unloadable(
                name: model.name,
                reason: "only networks of the same architecture can be averaged, and \(first.name) is of another one")
        }
        // Half precision is kept only if all models have it.
        let isHalf = models.allSatisfy { $0.weights.precision == .float16 }
        let share = 1 / Float(models.count)
        for model in models { _ = try model.usableWeights() }
        let mean = models.dropFirst().reduce(first.weights.mapValues { $0.scaled(by: share) }) { sum, model in
            sum.merging(model.weights) { $0 + $1.scaled(by: share) }
        }
        var manifest =
            first.fileFormat == nil
            ? try ModelFolder(path: first.path, among: architectures).manifest : first.importedManifest(name: name)
        manifest.name = name
        manifest.provenance["mean of"] = names.joined(separator: ", ")
        try manifest.write(to: path, weights: mean, precision: isHalf ? .float16 : .float32)
    }
}

extension [String: Tensor] {
    /// 16-bit floats if they hold every number exactly, otherwise 32-bit floats.
    fileprivate var precision: Safetensors.Precision {
        allSatisfy { $0.value.isHalfPrecise } ? .float16 : .float32
    }
}

extension Tensor {
    /// Whether 16-bit floats hold every number exactly.
    fileprivate var isHalfPrecise: Bool {
        withValues { values in values.allSatisfy { Float(Float16($0)) == $0 } }
    }
}
