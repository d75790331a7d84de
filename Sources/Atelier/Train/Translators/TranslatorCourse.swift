import Pix2Pix
import Training

/// How long a translator learns, and what normalizes its images. What is nil is as usual, or as recorded where a run
/// goes on.
public struct TranslatorCourse: Sendable {
    /// Steps in all, instead of epochs; the learning rate falls over the second half.
    public var steps: Int?
    /// Times that all images are seen at the full learning rate; nil for 100.
    public var epochs: Int?
    /// Times that all images are seen while it falls to 0; nil for 100.
    public var decayEpochs: Int?
    /// Whose mean and variance batch normalization uses when images are translated; nil for the image's own after
    /// batches of one, otherwise the averages of the training.
    public var statistics: Pix2PixConfiguration.Statistics?

    /// As usual, but for the steps.
    public init(steps: Int? = nil) { self.steps = steps }

    /// Puts what is set in its place, in a new run or in one that goes on. When a run that goes on gets other steps, the
    /// learning rate falls from where it began to.
    func apply(to model: inout some TranslationConfiguration) {
        model.training.steps = steps ?? model.training.steps
        model.statistics = statistics ?? model.statistics
    }

    /// Completes the settings of a new run on `count` images.
    ///
    /// - Throws: ``TrainingRequestError`` when the network does not take images of the frame's size.
    func complete(_ model: inout some TranslationConfiguration, count: Int) throws(TrainingRequestError) {
        // Only a network that is trained on single images can use the statistics of each image.
        model.statistics = statistics ?? (model.training.batchSize == 1 ? .image : .running)
        let stepsPerEpoch = max(count / max(model.training.batchSize, 1), 1)
        // Settings are checked when they are complete; too many steps are then refused by name.
        let most = TrainingLimits.steps.upperBound / stepsPerEpoch + 1
        func steps(_ epochs: Int?) -> Int { min(epochs ?? 100, most) * stepsPerEpoch }
        let (whole, falling) = (steps(epochs), steps(decayEpochs))
        (model.training.steps, model.training.decayStart) = (whole + falling, whole)
        if let total = self.steps { (model.training.steps, model.training.decayStart) = (total, total / 2) }
        let multiple = model.generator.multiple
        guard model.frame.cropSize % multiple == 0 else {
            throw .cropSize(
                network: model.generator.name, multiple: multiple,
                nearest: max(model.frame.cropSize / multiple, 1) * multiple)
        }
    }
}
