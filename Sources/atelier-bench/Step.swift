import ArgumentParser
import ConditionalGAN
import Foundation
import ImageData
import TensorCore
import Training
import VanillaGAN

/// Whole training steps of the two adversarial pairs, as a user's training takes them.
struct Step: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Time training steps: one discriminator and one generator update with Adam.")

    enum Workload: String, CaseIterable, ExpressibleByArgument {
        /// DCGAN 64×64×3, nz 100, ngf = ndf = 64, batch 64.
        case dcgan64
        /// Class-conditional DCGAN 32×32×1, ten classes, embedding 50, ngf = ndf = 64, batch 128.
        case cgan32
        /// What `atelier train cgan` trains by default on 32×32×1 pictures of ten classes.
        case projection32
    }

    @Option(help: "Which step: dcgan64, cgan32 or projection32.") var workload = Workload.dcgan64
    @Option(help: "Timed steps.") var steps = 20
    @Option(help: "Steps before the timing starts.") var warmup = 3
    @Option(help: "Threads; 0 for as many as there are cores.") var threads = 0
    @Flag(help: "Print one line of JSON.") var json = false

    func run() throws {
        if threads > 0 { setComputeThreads(threads) }
        let task = makeTask()
        var milliseconds: [Double] = []
        let clock = ContinuousClock()
        for number in 1...(warmup + steps) {
            let duration = try clock.measure { _ = try task.step(number, measuring: false) }
            if number > warmup { milliseconds.append(duration / .milliseconds(1)) }
        }
        Measurement(workload: workload.rawValue, milliseconds: milliseconds).report(json: json)
    }

    private func makeTask() -> any TrainingTask {
        let classes = (0..<10).map(String.init)
        switch workload {
        case .dcgan64:
            var configuration = VanillaGANConfiguration(picture: PictureFormat(size: 64, channels: 3))
            configuration.training = plainSettings(batch: 64)
            return task(configuration, classes: 1)
        case .cgan32:
            var configuration = ConditionalGANConfiguration(
                picture: PictureFormat(size: 32, channels: 1), classNames: classes, conditioning: .concatenation)
            configuration.training = plainSettings(batch: 128)
            return task(configuration, classes: 10)
        case .projection32:
            return task(
                ConditionalGANConfiguration(picture: PictureFormat(size: 32, channels: 1), classNames: classes),
                classes: 10)
        }
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
        let format = configuration.picture
        let real = Batch(
            pictures: random.normal([count, format.channels, format.size, format.size]).clamped(to: -1...1),
            labels: random.integers(count, in: 0..<classes))
        return AdversarialTask(configuration, batch: { _ in real }, name: "benchmark")
    }
}
