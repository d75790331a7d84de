import FastGAN
import Features
import ImageData
import Models
import R3GAN
import StyleGAN
import TensorCore
import Training

/// The trainings of today's generators, with the settings of `atelier train`. What the PyTorch counterparts do not have
/// is off: augmentation, averaged weights, and schedules, none of which changes what a step computes.
extension StepWorkload {
    func makeStyleTask(_ precision: Precision) -> any TrainingTask {
        var configuration = StyleGANConfiguration(image: ImageShape(size: 128, channels: 3), classNames: [])
        configuration.adaptation.target = 0
        plain(&configuration.training, precision)
        return task(configuration)
    }

    func makeResidualTask(_ precision: Precision) -> any TrainingTask {
        var configuration = R3GANConfiguration(image: ImageShape(size: 64, channels: 3), classNames: [])
        plain(&configuration.training, precision)
        return task(configuration)
    }

    func makeProjectedTask(_ precision: Precision) -> any TrainingTask {
        var configuration = FastGANConfiguration(image: ImageShape(size: 128, channels: 3), classNames: [])
        plain(&configuration.training, precision)
        return task(configuration, features: EfficientNet(random: Random(seed: 3)))
    }

    private func plain(_ settings: inout AdversarialSettings, _ precision: Precision) {
        (settings.averageDecay, settings.precision) = (0, precision)
        (settings.augmentation, settings.schedule, settings.ramps) = ([], .constant, nil)
    }
}
