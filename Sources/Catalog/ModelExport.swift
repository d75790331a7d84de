import ForeignWeights
import Foundation
import ImageData
import Layers
import TensorCore

extension Catalog {
    /// Writes a model's weights as one safetensors file with PyTorch's names, as `load_state_dict` takes them.
    ///
    /// - Parameters:
    ///   - model: a name, a model's folder, or a file from elsewhere.
    ///   - direction: which of two translators, where there are two.
    ///   - path: the file; it appears whole or not at all.
    /// - Returns: how many tensors were written.
    /// - Throws: `CatalogError`, `SafetensorsError`, `ForeignWeightsError` or `FileWriteError`.
    @discardableResult
    public static func export(
        _ model: String, direction: PairDirection = .aToB, to path: String, precision: Safetensors.Precision = .float32,
        in searchPath: [String] = Catalog.searchPath
    ) throws -> Int {
        let tensors: [String: Tensor]
        let kind: String
        if ForeignModel.isFile(model) {
            let foreign = try ForeignModel(path: model)
            (tensors, kind) = (foreign.tensors, foreign.kind)
        } else {
            let folder = try find(model, in: searchPath).translating(direction)
            (tensors, kind) = (try Safetensors.read(folder.path + "/model.safetensors").tensors, folder.kind)
        }
        // Readers of PyTorch's side look at the format's name.
        try Safetensors.write(tensors, to: path, precision: precision, metadata: ["format": "pt", "kind": kind])
        return tensors.count
    }
}
