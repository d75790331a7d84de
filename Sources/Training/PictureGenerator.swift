import TensorCore

/// A trained generator: latent vectors (and class labels) in, pictures out.
public protocol PictureGenerator: AnyObject {
    /// Numbers in a latent vector.
    var latentSize: Int { get }
    /// The classes that can be asked for, in the order of their labels; empty for an unconditional generator.
    var classNames: [String] { get }
    /// Extent of the pictures in pixels.
    var pictureSize: (width: Int, height: Int) { get }
    /// 1 for grey, 3 for RGB.
    var channels: Int { get }

    /// Pictures of latent vectors, each a function of its own vector and label only.
    ///
    /// - Parameters:
    ///   - latents: `[N, latentSize]`.
    ///   - labels: N class indices; nil for an unconditional generator.
    /// - Returns: `[N, C, H, W]` in [-1, 1].
    func pictures(latents: Tensor, labels: [Int]?) -> Tensor
}

extension PictureGenerator {
    /// One latent vector for each seed; see ``SeededLatents/normal(seeds:size:truncation:)``.
    public func latents(forSeeds seeds: [UInt64], truncation: Double? = nil) -> Tensor {
        SeededLatents.normal(seeds: seeds, size: latentSize, truncation: truncation.map { Float($0) })
    }
}
