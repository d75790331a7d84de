import Layers
import Models
import TensorCore
import Training

/// A small classifier and how it is trained. Its features measure generators, so train it on the same images as the
/// generator.
public struct ClassifierConfiguration: CheckedSettings, Sendable, Hashable {
    /// `classifier`.
    package static let kind = "classifier"

    /// The images that it is trained on.
    public var image: ImageShape
    /// The classes in label order.
    public var classNames: [String]
    /// Channels of the first stage; doubled at each halving of the image, up to four times.
    public var width = 32
    /// Length of the feature vector, in which distances between sets of images are measured.
    public var featureSize = 128
    /// Images in a step.
    public var batchSize = 128
    /// Steps of the training, over which the learning rate falls to 0.
    public var steps = 6_000
    /// AdamW's learning rate at the start.
    public var learningRate: Double = 2e-3
    /// AdamW's weight decay.
    public var weightDecay: Double = 5e-2
    /// Whether to show mirrored images, too.
    public var mirror = true
    /// How far images are shifted at random, in pixels; nil, as in the records of older runs, means two. 0 is off.
    public var shift: Int?
    /// The seed of every random number of the training.
    public var seed: UInt64 = 0
    /// The precision of the training; nil, as in the records of older runs, means float32.
    public var precision: Precision?

    /// Good defaults for any image.
    package init(image: ImageShape, classNames: [String]) {
        self.image = image
        self.classNames = classNames
    }

    /// The parameters of the network.
    package var parameters: ClassifierParameters {
        var parameters = ClassifierParameters()
        (parameters.image, parameters.classCount) = (image, classNames.count)
        (parameters.width, parameters.featureSize) = (width, featureSize)
        return parameters
    }

    /// Refuses impossible networks and trainings.
    package func check() throws(ParameterError) {
        try network.check()
        try ParameterError.check("batchSize", batchSize, in: TrainingLimits.batchSize)
        try ParameterError.check("steps", steps, in: TrainingLimits.steps)
        try ParameterError.check("learningRate", learningRate, in: TrainingLimits.rate)
        try ParameterError.check("weightDecay", weightDecay, in: TrainingLimits.weight)
        if let shift { try ParameterError.check("shift", shift, in: 0...image.size) }
    }

    /// Takes a change of the training.
    package mutating func apply(_ change: RunChange) {
        switch change {
        case .batchSize(let count): batchSize = count
        case .learningRate(let rate): learningRate = rate
        case .precision(let kind): precision = kind
        case .data: break
        }
    }

    private var network: NetworkConfiguration { NetworkConfiguration(.classifier, parameters) }

    /// The manifest for model folders.
    package func manifest(name: String, provenance: [String: String]) throws -> ModelManifest {
        try ModelManifest(
            network, name: name, classes: classNames, provenance: provenance
        ).recording(self, without: ["image", "classNames", "width", "featureSize"])
    }
}

/// Stages of two 3×3 convolutions with batch normalization and relu. Each stage halves the image by max pooling, down
/// to 4×4. A layer of features and a linear layer follow. `[N, C, size, size] → [N, classes]` logits.
package final class Classifier: Module {
    let stages: [ClassifierStage]
    let hidden: Linear
    let norm: BatchNorm
    let output: Linear
    private let dropout: Dropout

    /// The network of given sizes with fresh weights.
    package init(_ parameters: ClassifierParameters, random: Random) {
        let size = parameters.image.size
        let depth = max(size.trailingZeroBitCount - 2, 1)
        var widths = [parameters.image.channels]
        for stage in 0..<depth { widths.append(parameters.width << min(stage, 2)) }
        stages = (0..<depth).map {
            ClassifierStage(widths[$0], widths[$0 + 1], isFirst: $0 == 0, random: random)
        }
        let remaining = size >> depth
        hidden = Linear(
            widths[depth] * remaining * remaining, parameters.featureSize, bias: false,
            initializer: .kaimingNormal(), random: random)
        norm = BatchNorm(parameters.featureSize)
        output = Linear(parameters.featureSize, parameters.classCount, random: random)
        dropout = Dropout(0.3)
    }

    /// The feature vectors `[N, featureSize]`; their values are never negative.
    package func features(_ images: Tensor, _ mode: ForwardMode) -> Tensor {
        let pooled = stages.reduce(images) { $1($0, mode) }
        return norm(hidden(dropout(pooled.flattened(), mode), mode), mode).relu()
    }

    /// The logits `[N, classes]` of feature vectors `[N, featureSize]`.
    package func logits(features: Tensor, _ mode: ForwardMode) -> Tensor { output(dropout(features, mode), mode) }
}

final class ClassifierStage: Module {
    let conv1: Conv2d
    let norm1: BatchNorm
    /// The first stage sees the largest planes and the simplest patterns: one convolution is enough there.
    let conv2: Conv2d?
    let norm2: BatchNorm?

    init(_ from: Int, _ to: Int, isFirst: Bool, random: Random) {
        func convolution(_ from: Int) -> Conv2d {
            Conv2d(from, to, kernel: 3, padding: 1, bias: false, initializer: .kaimingNormal(), random: random)
        }
        conv1 = convolution(from)
        norm1 = BatchNorm(to)
        conv2 = isFirst ? nil : convolution(to)
        norm2 = isFirst ? nil : BatchNorm(to)
    }

    /// Channels of the input.
    var inputs: Int { conv1.weight.value.shape[1] }

    /// The features before the last rectification and pooling.
    func features(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let h = norm1(conv1(x, mode), mode)
        guard let conv2, let norm2 else { return h }
        return norm2(conv2(h.relu(), mode), mode)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { features(x, mode).relu().maxPooled(window: 2) }
}
