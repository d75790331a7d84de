import Layers
import TensorCore

/// One kind of update: its players, how often it runs, and its loss.
package struct TrainingPhase {
    /// The name of the phase.
    package let name: String
    /// The players that are updated from one loss.
    package let players: [Player]
    /// The phase runs in every step whose number is a multiple of this.
    package let interval: Int
    /// How many times it runs in such a step.
    package let repetitions: Int
    /// A term of the loss that is differentiated on its own, before the rest, where a batch is divided; nil, or a closure
    /// that returns nil, if there is none. It depends on no other player, so it can be computed while the last gradients
    /// of the step before travel to other ranks.
    package let opening: ((StepContext) throws -> Tensor?)?
    /// Computes the loss, without the opening if that has been computed. Its history is released while it is walked, so
    /// there must be no other reference to it. Values for a later phase are passed on, and taken out by that phase.
    package let loss: (StepContext) throws -> Tensor
    /// Runs before the loss of any shard is computed, with the random stream of the whole batch and a closure that joins
    /// tensors of the shards that are computed here to one of the whole batch; nil for a phase without any need of it.
    package let prepare: ((_ random: Random, _ join: ([Tensor]) -> Tensor) -> Void)?
    /// Receives the numbers that each shard of the batch has tallied, when the losses of all are known; nil for a phase
    /// without any.
    package let conclude: ((_ tallies: [[Double]]) -> Void)?

    /// By default, a phase that runs once in every step.
    package init(
        _ name: String, _ players: [Player], interval: Int = 1, repetitions: Int = 1,
        prepare: ((_ random: Random, _ join: ([Tensor]) -> Tensor) -> Void)? = nil,
        opening: ((StepContext) throws -> Tensor?)? = nil, loss: @escaping (StepContext) throws -> Tensor,
        conclude: ((_ tallies: [[Double]]) -> Void)? = nil
    ) {
        self.name = name
        self.players = players
        self.interval = interval
        self.repetitions = repetitions
        self.prepare = prepare
        self.opening = opening
        self.loss = loss
        self.conclude = conclude
    }
}

extension TrainingPhase {
    /// The parameters that are updated.
    var parameters: [Tensor] { players.flatMap(\.optimizer.values) }

    /// The gradients of the opening; nil without one.
    func openingGradients(_ context: StepContext) throws -> [Tensor?]? {
        guard let loss = try opening?(context) else { return nil }
        return gradients(of: consume loss, at: parameters)
    }
}

/// The context of a phase's loss, besides networks and images.
package struct StepContext {
    /// The number of the step, counted from 1.
    package let step: Int
    /// The step of the schedules, which is the same unless the training goes through them at another pace.
    package let scheduleStep: Int
    /// The number of the repetition in this step, counted from 0.
    package let repetition: Int
    /// The random stream of the step; numbers for single samples are those of the shard.
    package private(set) var random: Random
    /// The shard of the batch.
    package private(set) var share = Share.whole
    /// The same among the shards that are computed here.
    package private(set) var ownShare = Share.whole
    /// The precision of convolutions and matrix products.
    package let precision: Precision
    /// The axes along which generated images repeat.
    package private(set) var wrapping: Wrapping
    /// Whether to measure costly figures.
    package let isMeasuring: Bool
    private var record: StepRecord
    /// Who computes the other shards, if batch normalization shall use the statistics of all.
    private var peers: (any BatchPeers)?

    init(
        step: Int, scheduleStep: Int, repetition: Int, random: Random, precision: Precision, wrapping: Wrapping,
        isMeasuring: Bool, record: StepRecord
    ) {
        self.step = step
        self.scheduleStep = scheduleStep
        self.repetition = repetition
        self.random = random
        self.precision = precision
        self.wrapping = wrapping
        self.isMeasuring = isMeasuring
        self.record = record
    }

    /// The context of a shard.
    ///
    /// - Parameters:
    ///   - own: how many shards are computed here.
    ///   - peers: who computes the others, if batch normalization shall use the statistics of all.
    func divided(_ share: Share, own: Int, _ record: StepRecord, peers: (any BatchPeers)?) -> StepContext {
        var context = self
        context.peers = peers
        (context.share, context.ownShare) = (share, Share(index: share.index % own, count: own))
        context.random = random.divided(share)
        context.record = record
        return context
    }

    /// The context of a shard whose statistics are its own.
    var withoutPeers: StepContext {
        var context = self
        context.peers = nil
        return context
    }

    /// Samples of a shard, of so many in a batch.
    package func count(of batch: Int) -> Int { batch / share.count }

    /// The mode for networks that are trained, or through which gradients flow to trained networks.
    package var training: ForwardMode { .training(random, precision).wrapping(wrapping).together(with: peers) }
    /// The mode for networks through which another network is trained.
    package var frozen: ForwardMode { .frozen(random, precision).wrapping(wrapping).together(with: peers) }

    /// The context of a network that looks at images as they are, with borders, such as a discriminator.
    package var withBorders: StepContext {
        var context = self
        context.wrapping = .neither
        return context
    }

    /// Windows of generated images that repeat, at a random place. The seam lies anywhere in them, so that a network with
    /// borders cannot overlook it. Other images stay as they are.
    package func windows(of images: Tensor) -> Tensor {
        func window(_ x: Tensor, axis: Int) -> Tensor {
            let first = random.undivided { $0.integers(1, in: 0..<x.shape[axis])[0] }
            return x.gathering(Wrapping.positions(first..<first + x.shape[axis], length: x.shape[axis]), axis: axis)
        }
        let rows = wrapping.joinsRows ? window(images, axis: 2) : images
        return wrapping.joinsColumns ? window(rows, axis: 3) : rows
    }

    /// Records a part of the loss.
    package func note(loss name: String, _ value: Tensor) { record.note(.loss, name, value.item) }
    /// Records another figure.
    package func note(_ name: String, _ value: Float) { record.note(.extra, name, value) }
    /// Records the shares of real and of generated images that are classified correctly.
    package func note(accuracies real: Float, _ fake: Float) {
        record.note(.realAccuracy, "", real)
        record.note(.fakeAccuracy, "", fake)
    }
    /// Adds numbers for the end of the phase.
    package func tally(_ numbers: Double...) { record.tally += numbers }
    /// Takes those numbers.
    func takeTally() -> [Double] { record.takeTally() }
    /// Records the number of real images used.
    package func note(images count: Int) { record.images += count }
}
