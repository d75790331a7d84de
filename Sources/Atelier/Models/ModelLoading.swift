import Evaluation
import Features
import ForeignWeights
import Foundation
import ImageData
import Layers
import Models
import SuperResolution

extension ModelStore {
    /// A store of folders, with all known networks.
    ///
    /// - Parameter folders: nil for the default folders.
    public init(_ folders: [String]? = nil) { self.init(folders ?? Self.usualFolders, architectures: .known) }
}

extension Model {
    /// Loads the model with a name, in a folder (of a model or a run), or in a file of another program: PyTorch's
    /// `.pth` and `.pt`, `.safetensors`, ncnn's `.param` and `.bin`.
    ///
    ///     let model = try Model.load("photo-x4")
    ///
    /// - Parameters:
    ///   - nameOrPath: the name, or the path of the folder or file.
    ///   - direction: which translator, if the model has two.
    ///   - folders: the folders to search; nil for the default folders.
    /// - Throws: `ModelError`, or `ForeignWeightsError` for a file that cannot be read or whose network is unknown.
    public static func load(
        _ nameOrPath: String, direction: PairDirection = .aToB, in folders: [String]? = nil
    ) throws -> Model {
        try load(nameOrPath, direction: direction, from: ModelStore(folders))
    }
}

extension ModelStore {
    /// The network of a perceptual loss: ImageNet's features or a classifier by name or folder, or a PyTorch file of
    /// torchvision's VGG.
    ///
    /// - Throws: `ModelError` or `ForeignWeightsError`.
    package func perceptualNetwork(_ name: String) throws -> any PerceptualNetwork {
        guard Model.isFile(name) else {
            let model = try Model(find(name))
            return model.task == .classify ? try model.classifier().network : try model.imageFeatures().network
        }
        let tensors = try ForeignWeights(path: name).tensors
        do { return try VGGFeatures(tensors) } catch {
            throw ModelError.unloadable(name: name, reason: "\(error)")
        }
    }
}

extension PerceptualDistance {
    /// LPIPS of a file that holds the state of the authors' program: `lpips.LPIPS(net='alex')` or `(net='vgg')`, saved
    /// by PyTorch or as safetensors.
    ///
    /// - Throws: `ForeignWeightsError`, or `ModelError` when it holds something else.
    package convenience init(file: String) throws {
        let tensors = try ForeignWeights(path: file).tensors
        do { try self.init(tensors) } catch {
            throw ModelError.unloadable(name: file, reason: "\(error)")
        }
    }
}

extension ModelStore {
    /// A model that was asked for by its name.
    ///
    /// - Throws: ``RequestError`` when there is none of that name, `ModelError` when it is broken.
    package func requested(_ name: String, direction: PairDirection = .aToB) throws -> Model {
        do { return try Model.load(name, direction: direction, from: self) } catch let error as ModelError
            where error.isAboutTheName
        { throw RequestError("\(error)") }
    }
}
