import CPUBackend
import ConditionalGAN
import Layers
import Models
import TensorCore
import Testing
import Training

/// The conditional pairs: shapes, and that labels mean something.
@Suite struct ConditionalNetworkTests {
    private static func small(
        _ size: Int, _ channels: Int, _ conditioning: ConditionalGANConfiguration.Conditioning, width: Int = 2
    ) -> ConditionalGANConfiguration {
        var configuration = ConditionalGANConfiguration(
            image: ImageShape(size: size, channels: channels), classNames: ["a", "b", "c", "d"],
            conditioning: conditioning)
        configuration.latentSize = 5
        configuration.embeddingSize = 3
        configuration.generatorWidth = width
        configuration.discriminatorWidth = width
        return configuration
    }

    @Test(arguments: ConditionalGANConfiguration.Conditioning.allCases, [16, 32, 64, 128, 256])
    func everySizeMakesAndJudgesItsImages(conditioning: ConditionalGANConfiguration.Conditioning, size: Int) {
        for channels in [1, 3] {
            var configuration = Self.small(size, channels, conditioning)
            configuration.spectralNorm = channels == 3
            let random = Random(seed: 1)
            let generator = configuration.makeGenerator(random: random)
            let discriminator = configuration.makeDiscriminator(random: random)
            let labels = [0, 3]
            let images = generator(random.normal([2, 5]), labels: labels, .training(random))
            #expect(images.shape == [2, channels, size, size])
            #expect(images.values.allSatisfy { abs($0) <= 1 })
            #expect(images.variance(axes: [0, 1, 2, 3]).item > 0)
            let logits = discriminator(images, labels: labels, .training(random))
            #expect(logits.shape == [2] && logits.isFinite)
        }
    }

    /// A generator whose weights have left their start, where the classes of conditional batch norm are alike.
    private static func trained(_ configuration: ConditionalGANConfiguration) throws -> any LatentGenerator {
        let random = Random(seed: 8)
        let generator = configuration.makeGenerator(random: random)
        try generator.load(
            generator.state().mapValues { tensor in
                let moved = tensor + random.normal(tensor.shape, deviation: 0.2)
                return tensor.rank == 1 ? moved.absolute() : moved
            })
        return generator
    }

    @Test(arguments: ConditionalGANConfiguration.Conditioning.allCases)
    func generatorsMakeWhatIsAskedFor(conditioning: ConditionalGANConfiguration.Conditioning) throws {
        let generator = try Self.trained(Self.small(16, 1, conditioning, width: 8))
        let latent = Random(seed: 9).normal([1, 5])
        let four = Tensor.concatenated([latent, latent, latent, latent])
        let images = generator(four, labels: [0, 1, 2, 3], .inference)
        let each = (0..<4).map { images.slice(axis: 0, from: $0, count: 1).values }
        #expect(Set(each).count == 4)
        for label in 0..<4 { #expect(generator(latent, labels: [label], .inference).values == each[label]) }
    }

    @Test(arguments: ConditionalGANConfiguration.Conditioning.allCases)
    func discriminatorsJudgeByTheLabel(conditioning: ConditionalGANConfiguration.Conditioning) {
        let discriminator = Self.small(16, 1, conditioning).makeDiscriminator(random: Random(seed: 3))
        let images = Random(seed: 4).normal([2, 1, 16, 16])
        let logits = (0..<4).map { discriminator(images, labels: [$0, $0], .inference).values }
        #expect(Set(logits.map { $0[0] }).count == 4)
        let mixed = discriminator(images, labels: [2, 1], .inference).values
        #expect(abs(mixed[0] - logits[2][0]) < 1e-6 && abs(mixed[1] - logits[1][1]) < 1e-6)
    }

    /// With an embedding of unit vectors the projection reads the features out one by one; from them any other
    /// embedding's logits follow.
    @Test(arguments: [16, 32])
    func projectionDiscriminatorAddsTheEmbeddingsProduct(size: Int) throws {
        let width = DCGANPyramid(size: size, width: 2).widths[0]
        let discriminator = ProjectionDiscriminator(
            classes: width, size: size, channels: 1, width: 2, spectralNorm: false, random: Random(seed: 5))
        let images = Random(seed: 6).normal([3, 1, size, size])
        var state = discriminator.state()
        let learned = try #require(state["embedding.weight"])
        #expect(learned.shape == [width, width])
        func logits(embedding: Tensor, label: Int) throws -> [Float] {
            state["embedding.weight"] = embedding
            try discriminator.load(state)
            return discriminator(images, labels: [label, label, label], .inference).values
        }
        let plain = try logits(embedding: .zeros([width, width]), label: 0)
        let units = Tensor.oneHot(Array(0..<width), classes: width)
        let features = try (0..<width).map { unit in
            zip(try logits(embedding: units, label: unit), plain).map { $0 - $1 }
        }
        let (weight, bias) = (try #require(state["output.weight"]).values, try #require(state["output.bias"]).item)
        for image in 0..<3 {
            let output = (0..<width).reduce(bias) { $0 + weight[$1] * features[$1][image] }
            #expect(abs(output - plain[image]) < 1e-4, "ψ(h)")
        }
        let label = width - 2
        for (image, logit) in try logits(embedding: learned, label: label).enumerated() {
            let product = (0..<width).reduce(Float(0)) {
                $0 + learned.values[label * width + $1] * features[$1][image]
            }
            #expect(abs(logit - plain[image] - product) < 1e-4)
        }
    }

    /// The embedding is one more plane of the image.
    @Test func concatenationDiscriminatorSeesTheLabelAsAPlane() throws {
        let discriminator = ConcatenationDiscriminator(
            classes: 2, size: 16, channels: 1, width: 2, spectralNorm: false, random: Random(seed: 5))
        let inner = DCGANDiscriminator(size: 16, channels: 2, width: 2, random: Random(seed: 0))
        var weights: [String: Tensor] = [:]
        for (name, tensor) in discriminator.state() where name.hasPrefix("network.") {
            weights[String(name.dropFirst("network.".count))] = tensor
        }
        try inner.load(weights)
        let images = Random(seed: 6).normal([2, 1, 16, 16])
        let plane = try #require(discriminator.state()["embedding.weight"]).gatheringRows([1, 0])
        let expected = inner(Tensor.concatenated([images, plane.reshaped(to: [2, 1, 16, 16])], axis: 1), .inference)
        #expect(discriminator(images, labels: [1, 0], .inference).values == expected.values)
    }

    @Test func theDiscriminatorComparesImagesOfABatch() {
        let discriminator = Self.small(16, 1, .projection).makeDiscriminator(random: Random(seed: 7))
        let image = Random(seed: 8).normal([1, 1, 16, 16])
        let alike = Tensor.concatenated([image, image, image, image])
        let mixed = Tensor.concatenated([image, Random(seed: 9).normal([3, 1, 16, 16])])
        let labels = [0, 0, 0, 0]
        let (same, varied) = (
            discriminator(alike, labels: labels, .inference), discriminator(mixed, labels: labels, .inference)
        )
        #expect(abs(same.values[0] - varied.values[0]) > 1e-6)
    }

    @Test(arguments: ConditionalGANConfiguration.Conditioning.allCases)
    func imagesDependOnSeedAndClassOnly(conditioning: ConditionalGANConfiguration.Conditioning) throws {
        let configuration = Self.small(32, 1, conditioning, width: 8)
        let generator = try Generator(
            Self.trained(configuration), image: configuration.image, classNames: configuration.classNames)
        #expect(generator.classNames == ["a", "b", "c", "d"])
        let seeds = (0..<11).map { UInt64($0) }
        func images(_ batch: Int) -> [[Float]] {
            stride(from: 0, to: seeds.count, by: batch).flatMap { start in
                let some = Array(seeds[start..<min(start + batch, seeds.count)])
                let made = generator.images(
                    latents: generator.latents(forSeeds: some), labels: some.map { Int($0) % 4 })
                return some.indices.map { made.slice(axis: 0, from: $0, count: 1).values }
            }
        }
        let together = images(11)
        #expect(Set(together).count == 11)
        for batch in [1, 4] { #expect(images(batch) == together, "batches of \(batch)") }
        let threads = computeThreads
        defer { setComputeThreads(threads) }
        for count in [1, 2] {
            setComputeThreads(count)
            #expect(images(3) == together, "\(count) threads")
        }
    }
}
