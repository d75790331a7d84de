import Layers
import TensorCore

/// A network that makes pictures from latent vectors, and from class labels where it is conditional.
public protocol LatentGenerator: Module {
    /// - Parameters:
    ///   - latents: standard normal, `[N, latentSize]`.
    ///   - classes: N class indices as numbers, `[N]`; nil for an unconditional network.
    /// - Returns: pictures `[N, C, H, W]` in [−1, 1].
    func callAsFunction(_ latents: Tensor, classes: Tensor?, _ phase: Phase) -> Tensor
    /// Numbers in a latent vector.
    var latentSize: Int { get }
}

extension LatentGenerator {
    /// Pictures `[N, C, H, W]` of latent vectors and N class indices, which are empty for an unconditional network.
    public func callAsFunction(_ latents: Tensor, labels: [Int], _ phase: Phase) -> Tensor {
        self(latents, classes: labels.isEmpty ? nil : Tensor(classes: labels), phase)
    }

    /// The network in use, by a plan: of latent vectors and, for a conditional network, classes.
    func planned(_ precision: Precision = .float32) -> PlannedNetwork {
        PlannedNetwork(of: self) { self($0[0], classes: $0.count > 1 ? $0[1] : nil, .inference(precision)) }
    }
}

extension PlannedNetwork {
    /// Pictures of a planned generator; labels are empty for an unconditional one.
    func pictures(_ latents: Tensor, labels: [Int]) -> Tensor {
        self(labels.isEmpty ? [latents] : [latents, Tensor(classes: labels)])
    }
}

extension Tensor {
    /// Class indices as numbers, `[N]`.
    fileprivate init(classes labels: [Int]) { self.init(labels.map { Float($0) }, shape: [labels.count]) }
}

/// A network that judges pictures: positive logits for real ones.
public protocol PictureDiscriminator: Module {
    /// - Parameters:
    ///   - pictures: `[N, C, H, W]` in [−1, 1].
    ///   - labels: the class each is supposed to be of; empty for an unconditional network.
    /// - Returns: logits `[N]`.
    func callAsFunction(_ pictures: Tensor, labels: [Int], _ phase: Phase) -> Tensor
}
