import ImageData
import Models
import TensorCore
import Training

/// Trains the same small classifier on real images, on generated ones and on both, several times each, and tests all of
/// them on the same real images. Every training takes the same number of steps. Ordinary augmentation mirrors images at
/// random and shifts them by up to an eighth of their side.
///
/// A classifier that is trained on generated images only, as many as there are real ones, is the classification accuracy
/// score of Ravuri and Vinyals (2019).
package struct AugmentationStudy {
    /// The classifier and its training; the study sets the seed and the augmentation.
    package var configuration: ClassifierConfiguration
    /// Trainings on each set.
    package var runs = 5
    /// Whether ordinary augmentation mirrors images, too.
    package var mirrors = true

    /// A study that suits a number of images.
    ///
    /// - Parameters:
    ///   - image: the form of the images.
    ///   - realCount: how many real images there are to learn from.
    package init(image: ImageShape, classNames: [String], realCount: Int) {
        configuration = ClassifierConfiguration(image: image, classNames: classNames)
        (configuration.width, configuration.batchSize) = (16, 64)
        configuration.steps = Self.usualSteps(realCount: realCount, batchSize: configuration.batchSize)
    }

    /// Sixty epochs of the real images, but at least 300 steps and at most 3,000.
    package static func usualSteps(realCount: Int, batchSize: Int) -> Int {
        min(max((60 * realCount + batchSize - 1) / batchSize, 300), 3_000)
    }

    /// Steps of all trainings together.
    package var totalSteps: Int {
        AugmentationEvaluation.TrainingSet.allCases.count * runs * configuration.steps
    }

    /// Trains and tests all classifiers.
    ///
    /// - Parameters:
    ///   - real: images to learn from.
    ///   - generated: images to learn from, with the same classes.
    ///   - test: other real images, with the same classes.
    ///   - model: the name of what generated the images.
    ///   - progress: is told how many of ``totalSteps`` are done.
    /// - Throws: `CancellationError` when the task is canceled.
    package func evaluate(
        real: HeldDataset, generated: HeldDataset, test: HeldDataset, model: String, progress: (Int) -> Void = { _ in }
    ) throws -> AugmentationEvaluation {
        let both = real.joined(with: generated)
        var done = 0
        let rows = try AugmentationEvaluation.TrainingSet.allCases.map { set in
            let images =
                switch set {
                case .real, .realAugmented: real
                case .generated: generated
                case .both, .bothAugmented: both
                }
            let accuracies = try (0..<runs).map { run in
                try accuracy(on: images, augmented: set.isAugmented, seed: UInt64(run), test) {
                    done += 1
                    progress(done)
                }
            }
            return AugmentationEvaluation.Row(set, images: images.count, accuracies: accuracies)
        }
        return AugmentationEvaluation(
            model: model, realCount: real.count, generatedCount: generated.count, testCount: test.count,
            classCount: configuration.classNames.count, runs: runs, steps: configuration.steps, rows: rows)
    }

    /// The share of test images that a classifier recognizes after its training on a set.
    private func accuracy(
        on images: HeldDataset, augmented: Bool, seed: UInt64, _ test: HeldDataset, afterStep: () -> Void
    ) throws -> Double {
        var configuration = configuration
        configuration.seed = seed
        configuration.mirror = augmented && mirrors
        configuration.shift = augmented ? configuration.image.size / 8 : 0
        let loader = loader(images, seed: seed, flip: configuration.mirror)
        let testLoader = self.loader(test, seed: 0, flip: false)
        let task = ClassifierTask(
            configuration, batch: { try loader.batch(at: $0) },
            forEachTestBatch: { body in try testLoader.forEachBatch(body) }, name: "study")
        for step in 0..<configuration.steps {
            if Task.isCancelled { throw CancellationError() }
            _ = try task.step(step + 1, measuring: false)
            afterStep()
        }
        return try task.evaluate()["accuracy"] ?? 0
    }

    private func loader(_ images: HeldDataset, seed: UInt64, flip: Bool) -> BatchLoader {
        BatchLoader(
            images, size: configuration.image.size, channels: configuration.image.channels,
            batch: configuration.batchSize, seed: seed, flip: flip)
    }
}
