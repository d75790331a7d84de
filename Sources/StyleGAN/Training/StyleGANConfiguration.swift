import Foundation
import ImageData
import Layers
import Models
import TensorCore
import Training

/// The networks of StyleGAN2 (Karras et al. 2020), and how they are trained: as in “Training generative adversarial
/// networks with limited data” (Karras et al. 2020), whose defaults for any image size these are.
package struct StyleGANConfiguration: AdversarialFamily, Hashable {
    /// `stylegan2`.
    package static let kind = "stylegan2"
    /// The architecture of its generators.
    package static let architectures: [Architecture] = [.styleGAN2]
    /// What its networks are for.
    package static let summary = "StyleGAN2 with adaptive augmentation (2020), for control by styles; needs time"
    /// With classes or without.
    package static let classes = ClassUse.either

    /// In the order of the labels; empty for an unconditional pair.
    package var classNames: [String]
    /// The form of the images.
    package var image: ImageShape
    /// Rows of the smallest features, a multiple of 4; images are a power of two times as large.
    package var startHeight = 4
    /// Columns of the smallest features, a multiple of 4.
    package var startWidth = 4
    /// The size of a latent vector.
    package var latentSize = 512
    /// The size of a style.
    package var styleSize = 512
    /// Fully connected layers from latent vectors to styles; few are more stable.
    package var mappingLayers = 2
    /// Channels of the generator at full size; doubled at each halving, up to 512.
    package var generatorWidth = 64
    /// Channels of the discriminator, likewise.
    package var discriminatorWidth = 64
    /// Not possible here; the penalty on gradients takes its place.
    package var spectralNorm = false
    /// The probability that an image gets the styles of two latent vectors.
    package var styleMixing = 0.9
    /// The weight of the path-length penalty; 0 is off.
    package var pathLengthWeight = 2.0
    /// Steps from one path-length penalty to the next.
    package var pathLengthInterval = 4
    /// Images that the discriminator's batch deviation compares.
    package var deviationGroup = 4
    /// Adaptive augmentation.
    package var adaptation = AdaptiveAugmentationSettings()
    /// How the networks are trained.
    package var training = AdversarialSettings()

    /// Good defaults for images of a form.
    package init(image: ImageShape, classNames: [String]) {
        self.image = image
        self.classNames = classNames
        (startHeight, startWidth) = Self.grid(of: image)
        training.loss = .nonSaturating
        training.batchSize = image.size <= 64 ? 16 : 8
        training.r1Gamma = usualGamma
        training.r1Interval = 16
        training.generatorLearningRate = image.size < 1024 ? 0.0025 : 0.002
        training.discriminatorLearningRate = training.generatorLearningRate
        (training.beta1, training.beta2) = (0, 0.99)
        // Half of the average is younger than 10/32 thousand steps.
        training.averageDecay = pow(0.5, 1 / 312.5)
        training.steps = 25_000
    }

    /// The usual weight of the penalty on the discriminator's gradients.
    private var usualGamma: Double { 0.0002 * Double(image.size * image.size) / Double(training.batchSize) }

    /// The penalty's usual weight depends on the batch.
    package mutating func follow(_ usual: AdversarialSettings) {
        if training.r1Gamma == usual.r1Gamma { training.r1Gamma = usualGamma }
    }

    /// The smallest features of images of a form: images that are not square get a grid of their own aspect where their
    /// sides are multiples of 4 times a power of two, at least 4; all others fill the square.
    private static func grid(of image: ImageShape) -> (height: Int, width: Int) {
        let (height, width) = (image.contentHeight, image.contentWidth)
        var factor = image.size / 4
        while factor >= 4 {
            if factor.nonzeroBitCount == 1, height % (4 * factor) == 0, width % (4 * factor) == 0,
                max(height, width) == image.size
            {
                return (height / factor, width / factor)
            }
            factor -= 1
        }
        return (4, 4)
    }

    /// The sizes of the generator.
    var sizes: StyleGANParameters {
        var sizes = StyleGANParameters()
        (sizes.image, sizes.startHeight, sizes.startWidth) = (image, startHeight, startWidth)
        (sizes.latentSize, sizes.styleSize, sizes.mappingLayers) = (latentSize, styleSize, mappingLayers)
        sizes.classCount = classNames.count
        sizes.channelBase = base(generatorWidth)
        return sizes
    }

    /// Channels times size, for channels at the full size.
    private func base(_ width: Int) -> Int { width * 4 * image.size / max(startHeight, startWidth, 1) }

    /// The generator in model folders.
    package var generator: NetworkConfiguration { NetworkConfiguration(.styleGAN2, sizes) }
    /// The members that ``generator`` also contains.
    package static let generatorMembers: Set = [
        "startHeight", "startWidth", "styleSize", "mappingLayers", "generatorWidth",
    ]
    /// The widths of both networks.
    package var widths: [(name: String, value: Int)] {
        [("generatorWidth", generatorWidth), ("discriminatorWidth", discriminatorWidth)]
    }
    /// None: no layer has statistics of batches.
    package var measuresStatistics: Bool { false }

    /// A discriminator with fresh weights drawn from `random`.
    package func makeDiscriminator(random: Random) -> any ImageDiscriminator {
        var sizes = sizes
        sizes.channelBase = base(discriminatorWidth)
        sizes.form = .residual
        sizes.mappingLayers = mappingLayers
        return StyleDiscriminator(sizes, group: deviationGroup, random: random)
    }

    /// Adam, whose rate and decays make up for the steps that the penalties take besides (Karras et al. 2020).
    package func makeOptimizer(of network: any Module, _ role: AdversarialRole) -> any Optimizer {
        let interval = role == .generator ? (pathLengthWeight > 0 ? pathLengthInterval : 0) : training.r1Interval
        let isLazy = interval > 0 && (role == .generator || training.r1Gamma > 0)
        let share = isLazy ? Double(interval) / Double(interval + 1) : 1
        return LazyAdam(
            network.parameters, share: Float(share), beta1: Float(pow(training.beta1, share)),
            beta2: Float(pow(training.beta2, share)))
    }

    /// The average follows quickly at first: half of it is younger than a twentieth of the steps so far.
    package func makeAverage(of network: any Module) -> ExponentialMovingAverage? {
        guard training.averageDecay > 0 else { return nil }
        return ExponentialMovingAverage(of: network, decay: Float(training.averageDecay), rampUp: 0.05)
    }

    /// The phases of StyleGAN2.
    package func makeGame(
        _ pair: AdversarialPair, batch: @escaping (Int) throws -> Batch
    ) -> any AdversarialGame {
        guard let generator = pair.generator as? StyleGenerator else {
            preconditionFailure("StyleGAN2's game needs its generator")
        }
        return StyleGANGame(self, generator, pair, batch: batch)
    }

    /// Refuses impossible networks and trainings, and settings of other games.
    package func check() throws(ParameterError) {
        for (name, width) in widths { try ParameterError.check(name, width, in: 1...4096) }
        try generator.wrapping(wrapping).check()
        try ParameterError.check(in: "training") { () throws(ParameterError) in
            try training.check()
            try ParameterError.check("discriminatorSteps", training.discriminatorSteps, in: 1...1)
            try ParameterError.check("r2Gamma", training.r2Gamma ?? 0, in: 0...0)
            try ParameterError.check("gradientPenalty", training.gradientPenalty, in: 0...0)
            if training.loss.comparesWithReal {
                throw ParameterError("loss is \(training.loss.rawValue), which stylegan2 is not trained with")
            }
        }
        if spectralNorm { throw ParameterError("spectralNorm is true, which stylegan2 is not trained with") }
        try ParameterError.check("styleMixing", styleMixing, in: 0...1)
        try ParameterError.check("pathLengthWeight", pathLengthWeight, in: 0...1e12)
        try ParameterError.check("pathLengthInterval", pathLengthInterval, in: 1...1_000_000_000)
        try ParameterError.check("deviationGroup", deviationGroup, in: 1...65_536)
        try ParameterError.check(in: "adaptation") { () throws(ParameterError) in try adaptation.check() }
    }
}
