import Layers
import TensorCore
import TestSupport
import Testing

/// First- and second-order derivatives of layers in the compositions in which GANs use them.
@Suite struct CompositionDerivativeTests {
    private func check(
        _ layer: some Module, at x: Tensor, sourceLocation: SourceLocation = #_sourceLocation,
        _ run: @escaping (Tensor, ForwardMode) -> Tensor
    ) {
        // Parameters become inputs of the function by being assigned, so that both kinds of slope are checked.
        let parameters = layer.parameters.map(\.parameter)
        let function: FiniteDifferences.Function = { inputs in
            run(inputs[0], .training(Random(seed: 9)))
        }
        let first = FiniteDifferences.firstOrderError(of: function, at: [x])
        let second = FiniteDifferences.secondOrderError(of: function, at: [x])
        #expect(first < 5e-3, sourceLocation: sourceLocation)
        #expect(second < 1e-2, sourceLocation: sourceLocation)
        let loss = { run(x, .training(Random(seed: 9))).squared().sum() }
        let weights = gradients(of: loss(), at: parameters.map(\.value))
        for (parameter, slope) in zip(parameters, weights) {
            guard let slope else {
                Issue.record("no gradient", sourceLocation: sourceLocation)
                continue
            }
            let start = parameter.value.detached
            let direction = Random(seed: 10).normal(start.shape)
            let step: Float = 1.0 / 128
            parameter.assign(start + direction * step)
            let ahead = Double(loss().item)
            parameter.assign(start - direction * step)
            let behind = Double(loss().item)
            parameter.assign(start)
            let numeric = (ahead - behind) / Double(2 * step)
            let exact = Double((slope * direction).sum().item)
            #expect(abs(exact - numeric) < 1e-2 * max(1, abs(numeric)), sourceLocation: sourceLocation)
        }
    }

    private let random = Random(seed: 1)
    private let images = Random(seed: 2).normal([4, 3, 4, 4])

    @Test func convolutionNormalizationActivation() {
        let net = Sequential([
            Conv2d(3, 4, kernel: 3, padding: 1, random: random), BatchNorm(4, epsilon: 0.1), Tanh(),
            ConvTranspose2d(4, 2, kernel: 4, stride: 2, padding: 1, random: random), Sigmoid(),
        ])
        check(net, at: images) { net($0, $1) }
    }

    @Test func groupsAndResiduals() {
        let net = Sequential([
            Residual(Sequential([GroupNorm(groups: 3, 3, epsilon: 0.1), Conv2d(3, 3, kernel: 1, random: random)])),
            LayerNorm([3, 4, 4], epsilon: 0.1), Flatten(), Linear(48, 3, random: random),
        ])
        check(net, at: images) { net($0, $1) }
    }

    @Test func conditionalNormalization() {
        let net = ConditionalBatchNorm(3, classes: 3, epsilon: 0.1)
        net.gamma.weight.assign(Random(seed: 3).normal([3, 3]))
        check(net, at: images) { net($0, [0, 2, 2, 1], $1).tanh() }
    }

    @Test func minibatchDeviation() {
        let net = Sequential([MinibatchStandardDeviation(group: 2), Conv2d(4, 2, kernel: 4, random: random)])
        check(net, at: images) { net($0, $1).tanh() }
    }

    @Test func dropoutWithAFixedStream() {
        let net = Sequential([Linear(6, 5, random: random), Dropout(0.4), Tanh(), Linear(5, 2, random: random)])
        check(net, at: Random(seed: 4).normal([3, 6])) { net($0, $1) }
    }

    @Test func attentionInShiftedWindows() {
        let windows = AttentionWindows(2, isShifted: true)
        let net = WindowAttention(4, heads: 2, windows: windows, random: random)
        for (_, parameter) in net.parameters { parameter.assign(Random(seed: 6).normal(parameter.shape) * 0.5) }
        check(net, at: Random(seed: 7).normal([1, 4, 4, 2])) { net($0, $1, windows) }
    }

    @Test func pixelsOfATransformer() {
        let net = Sequential([LayerNorm2d(3, epsilon: 0.1), PixelMLP(3, hidden: 4, random: random)])
        for (_, parameter) in net.parameters { parameter.assign(Random(seed: 6).normal(parameter.shape)) }
        check(net, at: images) { net($0, $1) }
    }

    @Test func learnedWeights() {
        // Values far from the kink at 0.
        let x = Random(seed: 5).normal([2, 3, 2, 2])
        let away = Tensor.select(x .> 0, x + 1, x - 1)
        let net = PReLU(3)
        check(net, at: away) { net($0, $1).squared() }
    }
}
