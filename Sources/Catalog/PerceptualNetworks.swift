import Evaluation
import ForeignWeights
import Layers
import SuperResolution

extension Catalog {
    /// What a perceptual loss is taken in: a classifier by name or folder, or a PyTorch file of torchvision's VGG.
    ///
    /// - Throws: `CatalogError` or `ForeignWeightsError`.
    public static func perceptualNetwork(
        _ name: String, in searchPath: [String] = Catalog.searchPath
    ) throws -> any PerceptualNetwork {
        guard ForeignModel.isFile(name) else { return try classifier(find(name, in: searchPath)).network }
        let tensors = try ForeignWeights(path: name).tensors
        do { return try VGGFeatures(tensors) } catch {
            throw CatalogError.unloadable(name: name, reason: "\(error)")
        }
    }
}
