import Evaluation
import ForeignWeights
import Foundation
import ImageData
import Layers
import Models
import SuperResolution

extension ModelStore {
    /// Folders of models of every known network.
    ///
    /// - Parameter folders: nil for where models usually lie.
    public init(_ folders: [String]? = nil) { self.init(folders ?? Self.usualFolders, architectures: .known) }
}

extension Model {
    /// The model of a name, in the folder of a path (a model's or a run's), or in a file that another program wrote:
    /// PyTorch's `.pth` and `.pt`, `.safetensors`, ncnn's `.param` and `.bin`.
    ///
    ///     let upscaler = try Model.load("photo-x4").upscaler()
    ///
    /// - Parameters:
    ///   - direction: which of two translators, where there are two.
    ///   - folders: where names are looked for; nil for where models usually lie.
    /// - Throws: `ModelError`, or `ForeignWeightsError` for a file that cannot be read or whose network is not known.
    public static func load(
        _ nameOrPath: String, direction: PairDirection = .aToB, in folders: [String]? = nil
    ) throws -> Model {
        try load(nameOrPath, direction: direction, from: ModelStore(folders))
    }
}

extension ModelStore {
    /// What a perceptual loss is taken in: a classifier by name or folder, or a PyTorch file of torchvision's VGG.
    ///
    /// - Throws: `ModelError` or `ForeignWeightsError`.
    public func perceptualNetwork(_ name: String) throws -> any PerceptualNetwork {
        guard Model.isFile(name) else { return try Model(find(name)).classifier().network }
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
    public convenience init(file: String) throws {
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
