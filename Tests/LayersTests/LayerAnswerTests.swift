import Layers
import TensorCore
import TestSupport
import Testing

/// Layers against answers that PyTorch wrote down: outputs, gradients at input and parameters, running statistics.
@Suite struct LayerAnswerTests {
    private let random = Random(seed: 1)
    private var training: ForwardMode { .training(random) }

    private func check(
        _ layer: some Layer, _ answer: KnownAnswer, _ mode: ForwardMode, within tolerance: Float = 2e-5
    ) throws {
        var state: [String: Tensor] = [:]
        for name in ["weight", "bias"] where answer.has(name) { state[name] = try answer.loaded(name) }
        state["running_mean"] = try answer.has("runningMean") ? answer.loaded("runningMean") : nil
        state["running_var"] = try answer.has("runningVariance") ? answer.loaded("runningVariance") : nil
        try layer.load(state)
        let x = try answer.loaded("input").requiringGradient()
        let y = layer(x, mode)
        #expect(distance(y, try answer.loaded("output")) < tolerance)
        let loss = (y * (try answer.loaded("cotangent"))).sum()
        let trained = mode.isTraining ? layer.parameters : []
        let weights = gradients(of: loss, at: [x] + trained.map { $0.parameter.value })
        for (name, slope) in zip(["input"] + trained.map(\.name), weights) {
            #expect(distance(slope, try answer.loaded("grad." + name)) < tolerance, "\(name)")
        }
        for (name, stored) in [("running_mean", "runningMeanAfter"), ("running_var", "runningVarianceAfter")] {
            guard answer.has(stored) else { continue }
            #expect(distance(layer.state()[name], try answer.loaded(stored)) < 1e-6, "\(name)")
        }
    }

    @Test(arguments: try KnownAnswer.cases(of: "convolutions"))
    func convolution(_ answer: KnownAnswer) throws {
        let (stride, padding) = (try answer.integers("stride"), try answer.integers("padding"))
        let (dilation, groups) = (try answer.integers("dilation"), try answer.integer("groups"))
        let weight = try answer.loaded("weight").shape
        // The layers are square, as the networks of this house are.
        guard weight[2] == weight[3], stride[0] == stride[1], padding[0] == padding[1] else { return }
        if answer.operation == "conv2d" {
            let layer = Conv2d(
                weight[1] * groups, weight[0], kernel: weight[2], stride: stride[0], padding: padding[0],
                dilation: dilation[0], groups: groups, bias: answer.has("bias"), random: random)
            try check(layer, answer, training)
        } else {
            let layer = ConvTranspose2d(
                weight[0], weight[1] * groups, kernel: weight[2], stride: stride[0], padding: padding[0],
                outputPadding: try answer.integers("outputPadding")[0], dilation: dilation[0], groups: groups,
                bias: answer.has("bias"), random: random)
            try check(layer, answer, training)
        }
    }

    @Test(arguments: try KnownAnswer.cases(of: "normalizations"))
    func normalization(_ answer: KnownAnswer) throws {
        let channels = try answer.loaded("input").shape[1]
        let epsilon = Float(try answer.number("epsilon"))
        let affine = answer.has("weight")
        switch answer.operation {
        case "batchNorm":
            let layer = BatchNorm(
                channels, affine: affine, momentum: Float(try answer.number("momentum")), epsilon: epsilon)
            try check(layer, answer, try answer.flag("training") ? training : .inference)
        case "instanceNorm": try check(InstanceNorm(channels, affine: affine, epsilon: epsilon), answer, training)
        case "groupNorm":
            let groups = try answer.integer("groups")
            try check(GroupNorm(groups: groups, channels, affine: affine, epsilon: epsilon), answer, training)
        default:
            let shape = Shape(try answer.integers("normalizedShape"))
            try check(LayerNorm(shape, affine: affine, epsilon: epsilon), answer, training)
        }
    }
}
