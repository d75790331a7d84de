import TensorCore

/// A trained generator: latent vectors (and class labels) in, images out.
package protocol ImageGenerator: AnyObject {
    /// The size of a latent vector.
    var latentSize: Int { get }
    /// The classes in label order; empty for an unconditional generator.
    var classNames: [String] { get }
    /// Extent of the images in pixels.
    var imageSize: (width: Int, height: Int) { get }
    /// 1 for gray, 3 for RGB.
    var channels: Int { get }

    /// One latent vector for each seed; see ``SeededLatents/normal(seeds:size:truncation:)``.
    func latents(forSeeds seeds: [UInt64]) -> Tensor

    /// Generates images from latent vectors. Each image depends only on its own vector and label.
    ///
    /// - Parameters:
    ///   - latents: `[N, latentSize]`.
    ///   - labels: N class indices; nil for an unconditional generator.
    /// - Returns: `[N, C, H, W]` in [-1, 1].
    func images(latents: Tensor, labels: [Int]?) -> Tensor
}

extension ImageGenerator {
    /// One latent vector for each seed; see ``SeededLatents/normal(seeds:size:truncation:)``.
    package func latents(forSeeds seeds: [UInt64]) -> Tensor {
        SeededLatents.normal(seeds: seeds, size: latentSize)
    }
}
