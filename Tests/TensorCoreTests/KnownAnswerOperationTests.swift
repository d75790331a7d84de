import TensorCore
import TestSupport
import Testing

/// Every stored case of PyTorch's: the value of the operation and its gradients.
@Suite struct KnownAnswerOperationTests {
    @Test(arguments: ["arithmetic", "convolutions", "normalizations", "resampling"])
    func agreesWithPyTorch(group: String) throws {
        for answer in try KnownAnswer.cases(of: group) {
            let operation = try #require(operations[answer.operation], "\(answer) names an unknown operation")
            let names = answer.tensorNames.filter { $0.hasPrefix("grad.") }.map { String($0.dropFirst(5)) }
            var inputs: [String: Tensor] = [:]
            for name in names { inputs[name] = try answer.loaded(name).requiringGradient() }

            let output = try operation(answer, inputs)
            #expect(try answer.difference("output", from: output) == nil)
            let weights = gradients(
                of: [output], seeds: [try answer.loaded("cotangent")], at: names.compactMap { inputs[$0] })
            for (name, slope) in zip(names, weights) {
                let slope = try #require(slope, "\(answer): no gradient for \(name)")
                #expect(try answer.difference("grad.\(name)", from: slope) == nil)
            }
        }
    }
}

extension KnownAnswer {
    fileprivate var convolution: ConvolutionParameters {
        get throws {
            let (stride, padding) = (try integers("stride"), try integers("padding"))
            var parameters = ConvolutionParameters(dilation: try integers("dilation")[0], groups: try integer("groups"))
            (parameters.strideHeight, parameters.strideWidth) = (stride[0], stride[1])
            (parameters.paddingHeight, parameters.paddingWidth) = (padding[0], padding[1])
            return parameters
        }
    }
}

private typealias Inputs = [String: Tensor]
private typealias Operation = @Sendable (KnownAnswer, Inputs) throws -> Tensor

extension [String: Tensor] {
    fileprivate var x: Tensor { self["input"] ?? Tensor(.nan) }
    fileprivate var other: Tensor { self["other"] ?? Tensor(.nan) }
    fileprivate var weight: Tensor { self["weight"] ?? Tensor(.nan) }
}

private let operations: [String: Operation] = unary.merging(composed) { $1 }

private let unary: [String: Operation] = [
    "exp": { $1.x.exp() }, "log": { $1.x.log() }, "sqrt": { $1.x.squareRoot() },
    "rsqrt": { $1.x.squareRoot().reciprocal() }, "square": { $1.x.squared() }, "reciprocal": { $1.x.reciprocal() },
    "abs": { $1.x.absolute() }, "tanh": { $1.x.tanh() }, "sigmoid": { $1.x.sigmoid() },
    "softplus": { $1.x.softplus() }, "logSigmoid": { -(-$1.x).softplus() }, "relu": { $1.x.relu() },
    "leakyRelu": { $1.x.leakyReLU(slope: try $0.real("slope")) },
    "clamp": { $1.x.clamped(to: try $0.real("low")...(try $0.real("high"))) },
    "sin": { $1.x.sin() }, "cos": { $1.x.cos() },
    "prelu": { $1.x.relu() - $1.weight.reshaped(to: [1, $1.weight.count, 1, 1]) * (-$1.x).relu() },
    "softmax": {
        let axis = try $0.integer("axis")
        return $1.x.transposed(axis, -1).softmax().transposed(axis, -1)
    },
    "logSoftmax": {
        let axis = try $0.integer("axis")
        return $1.x.transposed(axis, -1).logSoftmax().transposed(axis, -1)
    },
    "sum": { $1.x.sum(axes: try $0.integers("axes"), keepingAxes: try $0.flag("keepAxes")) },
    "mean": { $1.x.mean(axes: try $0.integers("axes"), keepingAxes: try $0.flag("keepAxes")) },
    "max": { $1.x.max(axes: try $0.integers("axes"), keepingAxes: try $0.flag("keepAxes")) },
    "variance": { $1.x.variance(axes: try $0.integers("axes"), keepingAxes: try $0.flag("keepAxes")) },
    "sampleVariance": {
        $1.x.variance(axes: try $0.integers("axes"), keepingAxes: try $0.flag("keepAxes"), unbiased: true)
    },
]

private let composed: [String: Operation] = [
    "add": { $1.x + $1.other }, "subtract": { $1.x - $1.other }, "multiply": { $1.x * $1.other },
    "divide": { $1.x / $1.other }, "maximum": { maximum($1.x, $1.other) }, "minimum": { minimum($1.x, $1.other) },
    "matmul": { $1.x.matrixProduct($1.other) },
    "linear": { $1.x.matrixProduct($1.weight, transposingOther: true) + ($1["bias"] ?? Tensor(.nan)) },
    "embedding": { $1.weight.gatheringRows(try $0.integers("indices")) },
    "crossEntropy": {
        let labels = try $0.integers("labels")
        let chosen = Tensor.oneHot(labels, classes: $1.x.shape[1]) * $1.x.logSoftmax()
        return chosen.sum() / -Float(labels.count)
    },
    "binaryCrossEntropyWithLogits": { ($1.x.softplus() - $1.x * ($1["target"] ?? Tensor(.nan))).mean() },
    "conv2d": { $1.x.convolved(with: $1.weight, bias: $1["bias"], try $0.convolution) },
    "convTranspose2d": {
        $1.x.transposedConvolved(
            with: $1.weight, bias: $1["bias"], try $0.convolution, outputPadding: try $0.integers("outputPadding")[0])
    },
    "batchNorm": { answer, inputs in
        let epsilon = try answer.real("epsilon")
        if try answer.flag("training") {
            let (output, batch) = inputs.x.batchNormalized(
                gamma: inputs["weight"], beta: inputs["bias"], epsilon: epsilon)
            let momentum = try answer.real("momentum")
            let unbiased = batch.variance * (Float(batch.count) / Float(batch.count - 1))
            for (name, statistic) in [("runningMean", batch.mean), ("runningVariance", unbiased)] {
                let moved = try answer.loaded(name) * (1 - momentum) + statistic * momentum
                let apart = (moved - (try answer.loaded("\(name)After"))).absolute().max(axes: [0]).item
                #expect(apart < 1e-5, "\(answer) \(name)")
            }
            return output
        }
        let scale = inputs.weight / (try answer.loaded("runningVariance") + epsilon).squareRoot()
        let shift = (inputs["bias"] ?? Tensor(.nan)) - (try answer.loaded("runningMean")) * scale
        return inputs.x.channelAffine(scale: scale, shift: shift)
    },
    "instanceNorm": {
        $1.x.instanceNormalized(gamma: $1["weight"], beta: $1["bias"], epsilon: try $0.real("epsilon"))
    },
    "layerNorm": {
        $1.x.layerNormalized(
            axes: try $0.integers("normalizedShape").count, gamma: $1["weight"], beta: $1["bias"],
            epsilon: try $0.real("epsilon"))
    },
    "groupNorm": {
        $1.x.groupNormalized(
            groups: try $0.integer("groups"), gamma: $1["weight"], beta: $1["bias"], epsilon: try $0.real("epsilon"))
    },
    "averagePool": {
        $1.x.averagePooled(
            window: try $0.integer("kernel"), stride: try $0.integer("stride"), padding: try $0.integer("padding"))
    },
    "maxPool": {
        $1.x.maxPooled(
            window: try $0.integer("kernel"), stride: try $0.integer("stride"), padding: try $0.integer("padding"))
    },
    "interpolate": {
        let size = try $0.integers("size")
        let interpolation = try #require(Interpolation(rawValue: try $0.text("mode")))
        return $1.x.resized(
            height: size[0], width: size[1], interpolation, antialiased: try $0.flag("antialias"))
    },
    "pixelShuffle": { $1.x.pixelShuffled(by: try $0.integer("factor")) },
    "pixelUnshuffle": { $1.x.pixelUnshuffled(by: try $0.integer("factor")) },
    "pad": {
        let modes: [String: Tensor.PaddingMode] = ["constant": .zero, "reflect": .reflect, "replicate": .replicate]
        return $1.x.padded(
            top: try $0.integer("top"), bottom: try $0.integer("bottom"), left: try $0.integer("left"),
            right: try $0.integer("right"), mode: try #require(modes[try $0.text("mode")]))
    },
]
