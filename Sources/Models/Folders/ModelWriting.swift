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
    func importedManifest(name: String?, description: String = "", license: String = "") -> ModelManifest {
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

extension [String: Tensor] {
    /// 16-bit floats if they hold every number exactly, otherwise 32-bit floats.
    var precision: Safetensors.Precision {
        allSatisfy { $0.value.isHalfPrecise } ? .float16 : .float32
    }
}

extension Tensor {
    /// Whether 16-bit floats hold every number exactly.
    fileprivate var isHalfPrecise: Bool {
        withValues { values in values.allSatisfy { Float(Float16($0)) == $0 } }
    }
}
