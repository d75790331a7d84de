import Layers
import TensorCore
import Testing

@Suite struct SmallLayerTests {
    private let random = Random(seed: 1)

    @Test func dropoutKeepsTheExpectedShareAndScalesIt() {
        let y = Dropout(0.3)(.ones([100, 200]), .training(random)).values
        let kept = y.filter { $0 != 0 }
        #expect(abs(Float(kept.count) / Float(y.count) - 0.7) < 0.01)
        #expect(kept.allSatisfy { abs($0 - 1 / 0.7) < 1e-6 })
    }

    @Test func dropoutDependsOnTheSeedAndThePositionOnly() {
        let layer = Dropout(0.5)
        let x = Tensor.ones([64])
        let first = Random(seed: 5)
        let (a, b) = (layer(x, .training(first)).values, layer(x, .training(first)).values)
        let again = layer(x, .training(Random(seed: 5))).values
        let resumed = layer(x, .training(Random(seed: 5, position: 64))).values
        #expect(a == again && b == resumed && a != b)
        #expect(layer(x, .inference).values == x.values)
    }

    @Test func dropoutOfWholeChannels() {
        let y = Dropout(0.5, wholeChannels: true)(.ones([4, 8, 3, 3]), .training(random))
        let sums = y.sum(axes: [2, 3]).values
        #expect(Set(sums) == [0, 18])
    }

    @Test func minibatchDeviationComparesEveryGroup() {
        // Images 0 and 2 form a group of two, 1 and 3 the other.
        let x = Tensor([0, 0, 1, 1, 4, 2, 1, 1], shape: [4, 2, 1, 1])
        let y = MinibatchStandardDeviation(group: 2)(x, .inference)
        #expect(y.shape == [4, 3, 1, 1])
        let added = y.slice(axis: 1, from: 2, count: 1).values
        // Half the distance, averaged over the two channels: (2 + 1) / 2, and 0 up to the root's guard.
        #expect(abs(added[0] - 1.5) < 1e-4 && added[0] == added[2])
        #expect(abs(added[1]) < 2e-4 && added[1] == added[3])
        #expect(y.slice(axis: 1, from: 0, count: 2).values == x.values)
    }

    @Test func minibatchDeviationTakesAnyBatch() {
        let x = Random(seed: 2).normal([6, 2, 3, 3])
        #expect(MinibatchStandardDeviation(group: 4)(x, .inference).shape == [6, 3, 3, 3])
        #expect(MinibatchStandardDeviation(group: 4)(x.slice(axis: 0, from: 0, count: 1), .inference).isFinite)
    }

    @Test func conditionalBatchNormIsBatchNormPerClass() throws {
        let layer = ConditionalBatchNorm(3, classes: 4)
        let x = Random(seed: 3).normal([5, 3, 4, 4], mean: 2, deviation: 3)
        let labels = [0, 3, 1, 3, 2]
        #expect(distance(layer(x, labels, .training(random)), x.batchNormalized().output) < 1e-6)
        let (gamma, beta) = (Random(seed: 4).normal([4, 3]), Random(seed: 5).normal([4, 3]))
        layer.gamma.weight.assign(gamma)
        layer.beta.weight.assign(beta)
        let y = layer(x, labels, .training(random))
        for (index, label) in labels.enumerated() {
            let scale = gamma.gatheringRows([label]).reshaped(to: [1, 3, 1, 1])
            let shift = beta.gatheringRows([label]).reshaped(to: [1, 3, 1, 1])
            let one = x.batchNormalized().output.slice(axis: 0, from: index, count: 1) * scale + shift
            #expect(distance(y.slice(axis: 0, from: index, count: 1), one) < 1e-5)
        }
        let names = ["gamma.weight", "beta.weight"]
        #expect(layer.parameters.map(\.name) == names)
        #expect(layer.stateTensors.map(\.name) == ["norm.running_mean", "norm.running_var"])
    }

    @Test func embeddingLooksUpRows() {
        let table = Embedding(3, 2, random: random)
        let rows = table.weight.value.values
        #expect(table([2, 0], .inference).values == [rows[4], rows[5], rows[0], rows[1]])
        let slope = gradients(of: table([2, 2, 0], .training(random)).sum(), at: [table.weight.value])[0]
        #expect(slope?.values == [1, 1, 0, 0, 2, 2])
    }

    @Test func activations() {
        let x = Tensor([-2, -0.5, 0, 3], shape: [1, 4])
        #expect(ReLU()(x, .inference).values == [0, 0, 0, 3])
        #expect(LeakyReLU(0.5)(x, .inference).values == [-1, -0.25, 0, 3])
        let weights = PReLU(4)
        weights.weight.assign(Tensor([0.5, 2, 1, 1], shape: [4]))
        #expect(weights(x, .inference).values == [-1, -1, 0, 3])
        #expect(distance(Sigmoid()(x, .inference), x.sigmoid()) == 0)
    }

    @Test func residualAddsTheScaledBody() {
        let x = Tensor([1, -2], shape: [1, 2])
        #expect(Residual(ReLU(), scale: 0.5)(x, .inference).values == [1.5, -2])
        #expect(Residual(ReLU(), shortcut: LeakyReLU(0))(x, .inference).values == [2, 0])
    }

    @Test func shapesOfResampling() {
        let x = Random(seed: 6).normal([2, 8, 4, 6])
        #expect(PixelShuffle(2)(x, .inference).shape == [2, 2, 8, 12])
        #expect(PixelUnshuffle(2)(PixelShuffle(2)(x, .inference), .inference).values == x.values)
        #expect(Upsample(2, .bilinear)(x, .inference).shape == [2, 8, 8, 12])
        #expect(AveragePool()(x, .inference).shape == [2, 8, 2, 3])
        #expect(MaxPool(3, stride: 1, padding: 1)(x, .inference).shape == x.shape)
        #expect(Flatten()(x, .inference).shape == [2, 192])
    }

    @Test func linearTakesAnyLeadingAxes() {
        let layer = Linear(3, 2, random: random)
        let x = Random(seed: 7).normal([2, 5, 3])
        let y = layer(x, .inference)
        #expect(y.shape == [2, 5, 2])
        #expect(distance(y.reshaped(to: [10, 2]), layer(x.reshaped(to: [10, 3]), .inference)) == 0)
    }
}
