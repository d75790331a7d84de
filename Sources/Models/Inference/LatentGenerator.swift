import Layers
import TensorCore

/// A network that makes images from latent vectors, and from class labels where it is conditional.
package protocol LatentGenerator: Module {
    /// - Parameters:
    ///   - latents: standard normal, `[N, latentSize]`.
    ///   - classes: N class indices as numbers, `[N]`, or for mixed classes the share of each class, `[N, classCount]`;
    ///     nil for an unconditional network.
    /// - Returns: images `[N, C, H, W]` in [−1, 1].
    func callAsFunction(_ latents: Tensor, classes: Tensor?, _ mode: ForwardMode) -> Tensor
    /// The size of a latent vector.
    var latentSize: Int { get }
    /// Where the latent vectors of seeds come from.
    var latentSource: LatentSource { get }
}

extension LatentGenerator {
    /// By default, Atelier's own.
    package var latentSource: LatentSource { .philox }
}

extension LatentGenerator {
    /// Images `[N, C, H, W]` of latent vectors and N class indices, which are empty for an unconditional network.
    package func callAsFunction(_ latents: Tensor, labels: [Int], _ mode: ForwardMode) -> Tensor {
        self(latents, classes: labels.isEmpty ? nil : Tensor(classes: labels), mode)
    }

    /// The network with an inference plan; its inputs are latent vectors and, for a conditional network, classes.
    package func planned(_ precision: Precision = .float32) -> PlannedNetwork {
        PlannedNetwork(of: self) {
            self($0[0], classes: $0.count > 1 ? $0[1] : nil, .inference(precision).wrapping($1))
        }
    }
}

extension PlannedNetwork {
    /// Images of a planned generator; labels are empty for an unconditional one.
    ///
    /// - Parameter wrapping: the axes along which the images repeat.
    package func images(_ latents: Tensor, labels: [Int], wrapping: Wrapping = .neither) -> Tensor {
        self(labels.isEmpty ? [latents] : [latents, Tensor(classes: labels)], wrapping: wrapping)
    }
}

extension Tensor {
    /// Class indices as numbers, `[N]`.
    fileprivate init(classes labels: [Int]) { self.init(labels.map { Float($0) }, shape: [labels.count]) }
}
