import Evaluation
import Features
import ForeignWeights
import Foundation
import ImageData
import Layers
import Models
import SuperResolution
import TensorCore

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
    /// The network of a perceptual loss: ImageNet's features (`imagenet`) or a classifier by name or folder, or a PyTorch
    /// file of torchvision's VGG.
    ///
    /// - Throws: ``RequestError`` when there is no such classifier; `ModelError` or `ForeignWeightsError` for what is
    ///   broken.
    package func perceptualNetwork(_ name: String) throws -> any PerceptualNetwork {
        let name = name == "imagenet" ? ModelStore.imageFeaturesName : name
        guard Model.isFile(name) else {
            let model = try requested(name)
            return model.task == .measure ? try model.imageFeatures().network : try model.classifier().network
        }
        return try network(ofFile: name) { try VGGFeatures($0) }
    }

    /// LPIPS of a file that holds the state of the authors' program: `lpips.LPIPS(net='alex')` or `(net='vgg')`, saved
    /// by PyTorch or as safetensors.
    ///
    /// - Throws: `ForeignWeightsError`, or `ModelError` when it holds something else.
    package func perceptualDistance(ofFile file: String) throws -> PerceptualDistance {
        try network(ofFile: file) { try PerceptualDistance($0) }
    }

    /// What is made of the first part of a file that it can be made of.
    private func network<Network>(
        ofFile path: String, _ make: ([String: Tensor]) throws -> Network
    ) throws -> Network {
        let weights = try ForeignWeights(path: path)
        func made(_ tensors: [String: Tensor]) throws -> Network {
            let network = try make(tensors)
            if !allowsNonFinite, let tensor = tensors.firstNonFinite {
                throw ModelError.nonFinite(name: path, tensor: tensor)
            }
            return network
        }
        do { return try made(weights.tensors) } catch let error as ModelError { throw error } catch {
            for part in weights.parts {
                let tensors = try weights.tensors(of: part, named: part.entries.keys)
                if (try? make(tensors)) != nil { return try made(tensors) }
            }
            throw ModelError.unloadable(name: path, reason: "\(error)")
        }
    }
}

extension ModelStore {
    /// A model that was asked for by its name.
    ///
    /// - Parameter task: what it must be able to do; nil for any model.
    /// - Throws: ``RequestError`` when there is none of that name, or when it has another task; `ModelError` when it is
    ///   broken.
    package func requested(
        _ name: String, for task: ModelTask? = nil, direction: PairDirection = .aToB
    ) throws -> Model {
        try asked(for: task) {
            let model = try Model.load(name, direction: direction, from: self)
            if let task { try model.check(task) }
            return model
        }
    }

    /// The folder of a model that was asked for by its name.
    ///
    /// - Throws: ``RequestError`` when there is none of that name, `ModelError` when it is broken.
    package func requestedFolder(_ name: String) throws -> ModelFolder { try asked { try find(name) } }

    /// Runs a closure. Errors that are about the request become those of the request.
    package func asked<Value>(for task: ModelTask? = nil, _ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error as ModelError where error.isAboutTheRequest {
            guard let task, case .unknownModel(let name, _, let searched, _) = error else {
                throw RequestError("\(error)")
            }
            let fitting = ModelError.unknownModel(name: name, known: names(of: task), searched: searched, task: task)
            throw RequestError("\(fitting)")
        }
    }
}
