import Evaluation
import ForeignWeights
import Training

extension Catalog {
    /// What measures NIQE.
    ///
    /// - Parameter name: its model folder.
    /// - Throws: `CatalogError` when there is none, it is of another kind or cannot be read.
    public static func naturalImageQuality(
        _ name: String = NaturalImageQuality.Configuration.kind, in searchPath: [String] = Catalog.searchPath
    ) throws -> NaturalImageQuality {
        let folder = try find(name, in: searchPath)
        guard folder.kind == NaturalImageQuality.Configuration.kind else {
            throw CatalogError.wrongKind(name: folder.name, kind: folder.kind, wanted: "a niqe model")
        }
        return try naming(folder) {
            let manifest = try ModelManifest<NaturalImageQuality.Configuration>.read(from: folder.path)
            try manifest.configuration.checkExtents()
            return try NaturalImageQuality(manifest.configuration, weights(of: folder))
        }
    }

    /// What measures LPIPS, of a file that holds the state of the authors' program: `lpips.LPIPS(net='alex')` or
    /// `(net='vgg')`, saved by PyTorch or as safetensors.
    ///
    /// - Throws: `ForeignWeightsError`, or `CatalogError` when it holds something else.
    public static func perceptualDistance(file: String) throws -> PerceptualDistance {
        let tensors = try ForeignWeights(path: file).tensors
        do { return try PerceptualDistance(tensors) } catch {
            throw CatalogError.unloadable(name: file, reason: "\(error)")
        }
    }
}
