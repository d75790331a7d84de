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
    /// StyleGAN2 128×128×3, 8192 / size channels, two mapping layers, both lazy penalties, no augmentation; batch 8.
    case stylegan2
    /// R3GAN 64×64×3, a quarter of the paper's width, R1 and R2, no augmentation; batch 32.
    case r3gan
    /// FastGAN 128×128×3, ngf 64, discriminators in EfficientNet-Lite0's features, no augmentation; batch 8.
    case fastgan

    /// All names, for help.
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// One step by number.
    func makeStep(_ precision: Precision) -> (Int) throws -> Void {
        let task: any TrainingTask =
            switch self {
            case .dcgan64, .cgan32, .projection32: makeTask(precision)
            case .pix2pix: makeTranslationTask(precision)
            case .srgan: makeUpscalingTask(precision)
            case .stylegan2: makeStyleTask(precision)
            case .r3gan: makeResidualTask(precision)
            case .fastgan: makeProjectedTask(precision)
            }
        return { number in _ = try task.step(number, measuring: false) }
    }

    /// The kinds of step by their number, and the share of each. StyleGAN2 has two penalties every few steps.
    var kinds: [(step: Int, share: Double)] {
        self == .stylegan2 ? [(1, 12.0 / 16), (4, 3.0 / 16), (16, 1.0 / 16)] : [(1, 1)]
    }

    private func makeTranslationTask(_ precision: Precision) -> Pix2PixTask {
        var configuration = Pix2PixConfiguration()
        configuration.training.averageDecay = 0
        configuration.training.precision = precision
        let random = Random(seed: 1)
        let pairs = PairBatch(
            inputs: random.normal([1, 3, 256, 256]).clamped(to: -1...1),
            targets: random.normal([1, 3, 256, 256]).clamped(to: -1...1), indices: [0])
        return Pix2PixTask(configuration, batch: { _ in pairs }, name: "benchmark")
    }

    private func makeUpscalingTask(_ precision: Precision) -> SuperResolutionTask {
        var configuration = SuperResolutionConfiguration()
        configuration.generator.network = .srresnet
        var settings = UpscalerTrainingSettings()
        (settings.averageDecay, settings.precision) = (0, precision)
        settings.pixel.steps = 0
        settings.adversarial.discriminator.network = .srgan
        settings.adversarial.discriminator.width = 64
        (settings.adversarial.learningRate, settings.adversarial.discriminatorLearningRate) = (1e-4, nil)
        (settings.adversarial.adversarialWeight, settings.adversarial.gridWeight) = (1e-3, nil)
        configuration.training = settings
        let large = Random(seed: 1).uniform([16, 3, 96, 96])
        let crops = UpscalingBatch(
            small: large.resized(height: 24, width: 24, .bicubic, antialiased: true), large: large)
        return SuperResolutionTask(configuration, batch: { _ in crops }, name: "benchmark")
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

    /// The settings of the PyTorch counterparts: logistic loss, Adam 2e-4 (0.5, 0.999), no weight averaging.
    private func plainSettings(batch: Int) -> AdversarialSettings {
        var settings = AdversarialSettings()
        settings.batchSize = batch
        settings.averageDecay = 0
        return settings
    }

    /// A task with random images instead of a dataset.
    func task<Configuration: AdversarialConfiguration>(
        _ configuration: Configuration, classes: Int = 1, features: (any PerceptualNetwork)? = nil
    ) -> AdversarialTask<Configuration> {
        let random = Random(seed: 1)
        let count = configuration.training.batchSize
        let format = configuration.image
        let real = Batch(
            images: random.normal([count, format.channels, format.size, format.size]).clamped(to: -1...1),
            labels: random.integers(count, in: 0..<classes))
        return AdversarialTask(configuration, batch: { _ in real }, features: features, name: "benchmark")
    }
}
