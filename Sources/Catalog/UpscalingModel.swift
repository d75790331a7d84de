import Foundation
import Layers
import SuperResolution
import TensorCore
import Training

/// A model that upscales images, read but not built yet: two of one architecture can be blended first.
public struct UpscalingModel: Sendable {
    /// What it is called in files that it makes.
    public let name: String
    /// The network, and what follows it.
    public let configuration: SuperResolutionConfiguration
    /// By PyTorch's names.
    public let weights: [String: Tensor]

    /// The model of that name, in the folder of that path, or in a file from elsewhere.
    ///
    /// - Throws: `CatalogError`, `ForeignWeightsError`.
    public init(_ model: String, in searchPath: [String] = Catalog.searchPath) throws {
        if ForeignModel.isFile(model) {
            let file = try ForeignModel(path: model)
            (name, configuration, weights) = (file.name, try file.upscaler().configuration, file.tensors)
        } else {
            let folder = try Catalog.find(model, in: searchPath)
            (configuration, weights) = try Catalog.upscalingWeights(folder)
            name = folder.name
        }
    }

    private init(name: String, configuration: SuperResolutionConfiguration, weights: [String: Tensor]) {
        (self.name, self.configuration, self.weights) = (name, configuration, weights)
    }

    /// A network between two: `share` of this one's weights and the rest of the other's, as Real-ESRGAN blends its
    /// general models to set how much noise is removed.
    ///
    /// - Throws: `CatalogError` when they are not of one architecture.
    public func blended(with other: UpscalingModel, share: Double) throws -> UpscalingModel {
        let isCompatible =
            configuration == other.configuration && weights.keys == other.weights.keys
            && weights.allSatisfy { $1.shape == other.weights[$0]?.shape }
        guard isCompatible else {
            throw CatalogError.unloadable(
                name: other.name,
                reason: "it is no network of the same architecture as \(name); such alone can be blended")
        }
        let mixed = weights.merging(other.weights) { own, foreign in
            own.scaled(by: Float(share)) + foreign.scaled(by: Float(1 - share))
        }
        return UpscalingModel(name: name, configuration: configuration, weights: mixed)
    }

    /// The network at work.
    ///
    /// - Parameter precision: the arithmetic of convolutions.
    /// - Throws: `CatalogError` when the weights do not fit.
    public func upscaler(precision: Precision = .float32) throws -> Upscaler {
        let generator = configuration.generator.makeGenerator(random: Random(seed: 0))
        do { try generator.load(weights) } catch {
            throw CatalogError.unloadable(name: name, reason: "\(error)")
        }
        return Upscaler(generator, resize: configuration.resize, precision: precision)
    }
}
