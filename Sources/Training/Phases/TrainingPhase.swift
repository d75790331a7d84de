import Layers
import TensorCore

/// One kind of update: who learns, how often, and what is minimized.
package struct TrainingPhase {
    /// What the phase is called.
    package let name: String
    /// Who is updated, by one walk over one loss.
    package let players: [Player]
    /// The phase takes place in every step whose number is a multiple of this.
    package let interval: Int
    /// How often in a row it takes place in such a step.
    package let repetitions: Int
    /// The loss. Its history is released while it is walked, so nothing else may hold on to it: what a later phase of the
    /// step goes on with is handed over, and taken out by that phase.
    package let loss: (StepContext) throws -> Tensor

    /// A phase of every step, once, unless it is said otherwise.
    package init(
        _ name: String, _ players: [Player], interval: Int = 1, repetitions: Int = 1,
        loss: @escaping (StepContext) throws -> Tensor
    ) {
        self.name = name
        self.players = players
        self.interval = interval
        self.repetitions = repetitions
        self.loss = loss
    }
}

/// What a phase's loss is computed from, besides networks and images.
package struct StepContext {
    /// The number of the step, counted from 1.
    package let step: Int
    /// Which of the phase's repetitions in this step it is, counted from 0.
    package let repetition: Int
    /// The stream that everything in the step draws from.
    package let random: Random
    /// The arithmetic of convolutions and matrix products.
    package let precision: Precision
    /// Whether figures that cost time are wanted.
    package let isMeasuring: Bool
    private let record: StepRecord

    init(
        step: Int, repetition: Int, random: Random, precision: Precision, isMeasuring: Bool, record: StepRecord
    ) {
        self.step = step
        self.repetition = repetition
        self.random = random
        self.precision = precision
        self.isMeasuring = isMeasuring
        self.record = record
    }

    /// For networks that learn, or through which histories lead to what learns.
    package var training: ForwardMode { .training(random, precision) }
    /// For networks that another one learns through.
    package var frozen: ForwardMode { .frozen(random, precision) }

    /// Notes what a part of the loss is.
    package func note(loss name: String, _ value: Tensor) { record.note(.loss, name, value.item) }
    /// Notes another figure.
    package func note(_ name: String, _ value: Float) { record.note(.extra, name, value) }
    /// Notes the share of real images taken for real, and of generated ones taken for generated.
    package func note(accuracies real: Float, _ fake: Float) {
        record.note(.realAccuracy, "", real)
        record.note(.fakeAccuracy, "", fake)
    }
    /// Notes how many real images were used.
    package func note(images count: Int) { record.images += count }
}
