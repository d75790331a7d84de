import Evaluation
import ImageData
import ImageFiles
import Models

/// Whether generated images help to train a classifier of the classes of a dataset.
struct AugmentationMeasurement {
    private let data: String
    private let options: EvaluationOptions
    private let tell: (WorkEvent) -> Void
    private let training: any ImageDataset
    private let test: any ImageDataset

    /// The largest side that a classifier sees, in pixels: larger images are made smaller.
    private static let largestSide = 128

    /// - Throws: ``EvaluationError/testNeeded(data:)``, ``RequestError`` for images without classes, and what reading
    ///   the dataset throws.
    init(data: String, options: EvaluationOptions, tell: @escaping (WorkEvent) -> Void) throws {
        (self.data, self.options, self.tell) = (data, options, tell)
        training = try DatasetReader.open(data, options: DatasetOptions(limitPerClass: options.limitPerClass))
        guard let test = try DatasetReader.openTest(data) else { throw EvaluationError.testNeeded(data: data) }
        self.test = test
    }

    /// Makes images of every class with a generator, of the seeds from the first one on, and trains on them.
    func measure(_ generator: any ImageGenerator, named model: String) throws -> AugmentationEvaluation {
        let classes = training.classNames
        let matched = try MatchedClasses(classes, in: data, among: generator.classNames, of: model)
        var (images, labels) = ([Image](), [Int]())
        for (label, known) in matched.labels.enumerated() {
            var choice = GenerationOptions(
                seeds: .count(perClass, from: options.firstSeed), classes: [generator.classNames[known]])
            (choice.truncation, choice.provenance) = (options.truncation, false)
            try Generation(model, generator, choice).run { made in
                images.append(made.image)
                labels.append(label)
                tell(.progress(WorkProgress("generating", images.count, of: perClass * classes.count)))
            }
        }
        return try trained(on: HeldDataset(images, labels: labels, classNames: classes, path: model))
    }

    /// Trains on images that were generated before.
    ///
    /// - Parameter path: a dataset with the same classes.
    func measure(imagesOf path: String) throws -> AugmentationEvaluation {
        let known = try DatasetReader.open(path).classNames
        let matched = try MatchedClasses(training.classNames, in: data, among: known, of: path)
        let chosen = DatasetOptions(classes: matched.labels.map { known[$0] }, limitPerClass: options.perClass)
        return try trained(on: DatasetReader.open(path, options: chosen))
    }

    /// How many images of a class are made.
    private var perClass: Int {
        options.perClass ?? max((training.count + training.classNames.count - 1) / max(training.classNames.count, 1), 1)
    }

    private func trained(on generated: any ImageDataset) throws -> AugmentationEvaluation {
        let classes = training.classNames
        let testLabels = try MatchedClasses(test.classNames, in: data + " (test)", among: classes, of: data).labels
        let frame = frame(generated)
        func held(_ images: any ImageDataset, _ labels: [Int], _ title: String) throws -> HeldDataset {
            let held = try HeldDataset(images, frame: frame, labels: labels, classNames: classes) { count in
                if Task.isCancelled { throw CancellationError() }
                tell(.progress(WorkProgress(title, count, of: images.count)))
            }
            for note in held.notes { tell(.note(note)) }
            return held
        }
        let real = try held(training, Array(classes.indices), "reading real images")
        let made = try held(generated, Array(classes.indices), "reading generated images")
        let others = try held(test, testLabels, "reading test images")

        var study = AugmentationStudy(
            image: ImageShape(size: frame.width, channels: frame.channels), classNames: classes, realCount: real.count)
        (study.runs, study.mirrors) = (options.runs, options.mirrors)
        study.configuration.steps = options.trainingSteps ?? study.configuration.steps
        try study.configuration.check()
        let total = study.totalSteps
        return try study.evaluate(real: real, generated: made, test: others, model: generated.path) { done in
            tell(.progress(WorkProgress("training classifiers", done, of: total, unit: "steps")))
        }
    }

    /// What all images become before anything learns from them: squares, as large as the generated images.
    private func frame(_ generated: any ImageDataset) -> ImageFrame {
        let size = generated.typicalSize
        var side = 8
        while side < min(max(size.width, size.height), Self.largestSide) { side *= 2 }
        let isAlike = [training, test].allSatisfy { $0.imageSize != nil && $0.imageSize == generated.imageSize }
        return ImageFrame(
            width: side, height: side, channels: generated.channels,
            fit: isAlike ? Fit.automatic(for: generated, size: side) : .crop)
    }
}
