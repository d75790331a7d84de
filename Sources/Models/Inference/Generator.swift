import ImageData
import Layers
import TensorCore

/// A generator ready for use.
///
///     let generator = try Model.load("fashion-gan").generator()
///     let images = generator.images(latents: generator.latents(forSeeds: [7, 8]), labels: nil)
package final class Generator: ImageGenerator {
    /// The network with its weights.
    package let network: any LatentGenerator
    /// In the order of the labels; empty for an unconditional generator.
    package let classNames: [String]
    private let image: ImageShape
    private let planned: PlannedNetwork
    private let truncation: Double?
    private let wrapping: Wrapping

    /// - Parameters:
    ///   - image: the form of the network's images, including their border.
    ///   - precision: the precision of its arithmetic.
    ///   - truncation: how typical images are: styles are moved toward their average, as far as this is below 1;
    ///     networks without styles get noise within this limit; nil for all variety.
    ///   - wrapping: the axes along which its images repeat.
    package init(
        _ network: any LatentGenerator, image: ImageShape, classNames: [String] = [],
        precision: Precision = .float32, truncation: Double? = nil, wrapping: Wrapping = .neither
    ) {
        self.wrapping = wrapping
        self.network = network
        self.image = image
        self.classNames = classNames
        self.truncation = truncation
        if let truncation, let styled = network as? any StyledGenerator {
            planned = styled.planned(precision, truncation: Float(truncation))
        } else {
            planned = network.planned(precision)
        }
    }

    /// One latent vector for each seed, within the limit of noise if there is one.
    package func latents(forSeeds seeds: [UInt64]) -> Tensor {
        let limit = network is any StyledGenerator ? nil : truncation
        return SeededLatents.normal(
            seeds: seeds, size: latentSize, truncation: limit.map { Float($0) }, from: network.latentSource)
    }

    /// The size of a latent vector.
    package var latentSize: Int { network.latentSize }
    /// The size of the images in pixels, without the border of the training.
    package var imageSize: (width: Int, height: Int) { (image.contentWidth, image.contentHeight) }
    /// 1 for gray, 2 for gray with alpha, 3 for RGB, 4 for RGBA.
    package var channels: Int { image.channels }

    /// Images `[N, C, H, W]` in [−1, 1]; colors are not multiplied by alpha. No image depends on the others in the batch.
    package func images(latents: Tensor, labels: [Int]?) -> Tensor {
        image.content(of: planned.images(latents, labels: labels ?? [], wrapping: wrapping)).straightAlpha
    }

    /// The same of mixed classes.
    ///
    /// - Parameter shares: of each class in each image, `[N, classes]`.
    package func images(latents: Tensor, shares: Tensor) -> Tensor {
        image.content(of: planned([latents, shares], wrapping: wrapping)).straightAlpha
    }
}

extension Model {
    /// The model as a generator.
    ///
    /// - Parameters:
    ///   - precision: the precision of its arithmetic.
    ///   - truncation: how typical images are, as in ``Generator``.
    ///   - wrapping: the axes along which its images repeat; nil for those of the model.
    /// - Throws: ``ModelError`` if the model has another kind or its weights do not fit, or if its images cannot repeat.
    package func generator(
        precision: Precision = .float32, truncation: Double? = nil, wrapping: Wrapping? = nil
    ) throws(ModelError) -> Generator {
        try check(.generate)
        let wrapping = wrapping ?? network.wrapping
        do { try network.wrapping(wrapping).check() } catch {
            throw .notSeamless(name: name, reason: error.description)
        }
        let generator: any LatentGenerator = try built(for: .generate)
        guard let image = facts.image else {
            throw .unloadable(name: name, reason: "nothing is said of the images that it makes")
        }
        return Generator(
            generator, image: image, classNames: classNames, precision: precision, truncation: truncation,
            wrapping: wrapping)
    }
}
