import ArgumentParser
import ConditionalGAN
import ImageData
import Layers
import Models
import Pix2Pix
import SuperResolution
import TensorCore
import Training
import VanillaGAN

/// The training steps that are timed, and the networks and batches of each.
enum StepWorkload: String, CaseIterable, ExpressibleByArgument {
    /// DCGAN 64×64×3, nz 100, ngf = ndf = 64, batch 64.
    case dcgan64
    /// Class-conditional DCGAN 32×32×1, ten classes, embedding 50, ngf = ndf = 64, batch 128.
    case cgan32
    /// What `atelier train cgan` trains by default on 32×32×1 images of ten classes.
    case projection32
    /// U-Net of eight levels, ngf 64, dropout, and the 70×70 patch discriminator; 256×256×3, batch 1.
    case pix2pix
    /// SRResNet ×4 (16 blocks, 64 features) and SRGAN's discriminator; crops of 96×96×3, batch 16.
    case srgan

    /// One step by number.
    func makeStep(_ precision: Precision) -> (Int) throws -> Void {
        switch self {
        case .dcgan64, .cgan32, .projection32:
            let task = makeTask(precision)
            return { number in _ = try task.step(number, measuring: false) }
        case .pix2pix: return makeTranslationStep(precision)
        case .srgan: return makeUpscalingStep(precision)
        }
    }

    private func makeTranslationStep(_ precision: Precision) -> (Int) -> Void {
        let random = Random(seed: 1)
        let generator = UNetGenerator(random: random)
        let discriminator = PatchDiscriminator(random: random)
        var step = Pix2PixStep(
            generator: generator, discriminator: discriminator,
            generatorOptimizer: Adam(generator, learningRate: 2e-4, beta1: 0.5),
            discriminatorOptimizer: Adam(discriminator, learningRate: 2e-4, beta1: 0.5))
        step.precision = precision
        let input = random.normal([1, 3, 256, 256]).clamped(to: -1...1)
        let target = random.normal([1, 3, 256, 256]).clamped(to: -1...1)
        return { [step] number in _ = step(from: input, to: target, random: Random(seed: 1, stream: UInt64(number))) }
    }

    private func makeUpscalingStep(_ precision: Precision) -> (Int) -> Void {
        let random = Random(seed: 1)
        let generator = SRResNet(random: random)
        let discriminator = SRGANDiscriminator(random: random)
        var step = SRGANStep(
            generator: generator, discriminator: discriminator,
            generatorOptimizer: Adam(generator, learningRate: 1e-4),
            discriminatorOptimizer: Adam(discriminator, learningRate: 1e-4))
        step.precision = precision
        let large = random.uniform([16, 3, 96, 96])
        let small = large.resized(height: 24, width: 24, .bicubic, antialiased: true)
        return { [step] number in _ = step(from: small, to: large, random: Random(seed: 1, stream: UInt64(number))) }
    }

    private func makeTask(_ precision: Precision) -> any TrainingTask {
        let classes = (0..<10).map(String.init)
        if self == .dcgan64 {
            var configuration = VanillaGANConfiguration(image: ImageShape(size: 64, channels: 3))
            configuration.training = plainSettings(batch: 64)
            configuration.training.precision = precision
            return task(configuration, classes: 1)
        }
        var configuration = ConditionalGANConfiguration(
            image: ImageShape(size: 32, channels: 1), classNames: classes,
            conditioning: self == .cgan32 ? .concatenation : .projection)
        if self == .cgan32 { configuration.training = plainSettings(batch: 128) }
        configuration.training.precision = precision
        return task(configuration, classes: 10)
    }

    /// The settings that the twins in PyTorch have too: logistic loss, Adam 2e-4 (0.5, 0.999), no weight averaging.
    private func plainSettings(batch: Int) -> AdversarialSettings {
        var settings = AdversarialSettings()
        settings.batchSize = batch
        settings.averageDecay = 0
        return settings
    }

    private func task<Configuration: AdversarialConfiguration>(
        _ configuration: Configuration, classes: Int
    ) -> AdversarialTask<Configuration> {
        let random = Random(seed: 1)
        let count = configuration.training.batchSize
        let format = configuration.image
        let real = Batch(
            images: random.normal([count, format.channels, format.size, format.size]).clamped(to: -1...1),
            labels: random.integers(count, in: 0..<classes))
        return AdversarialTask(configuration, batch: { _ in real }, name: "benchmark")
    }
}
