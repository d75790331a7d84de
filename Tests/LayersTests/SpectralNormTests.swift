import Layers
import TensorCore
import Testing

@Suite struct SpectralNormTests {
    private let training = ForwardMode.training(Random(seed: 1))

    @Test func inferenceRepeatsTheLastTrainingPassWithoutIterating() {
        let layer = Conv2d(3, 5, kernel: 3, spectralNorm: true, random: Random(seed: 2))
        let x = Random(seed: 3).normal([2, 3, 6, 6])
        let trained = layer(x, training)
        let u = layer.state()["weight_u"]?.values
        #expect(layer(x, .inference).values == trained.values)
        #expect(layer(x, .inference).values == trained.values)
        #expect(layer.state()["weight_u"]?.values == u)
        _ = layer(x, training)
        #expect(layer.state()["weight_u"]?.values != u)
    }

    @Test func theNormApproachesOne() {
        let layer = Linear(20, 12, bias: false, spectralNorm: true, random: Random(seed: 4))
        for _ in 0..<60 { _ = layer(.zeros([1, 20]), training) }
        // The image of the identity is the normalized weight itself; its norm is estimated by iterating on it.
        let identity = Tensor.oneHot(Array(0..<20), classes: 20)
        let weight = layer(identity, .inference)
        var x = Random(seed: 5).normal([1, 20])
        for _ in 0..<100 {
            x = x.matrixProduct(weight).matrixProduct(weight, transposingOther: true)
            x = x.scaled(by: 1 / Float(x.norm))
        }
        #expect(abs(x.matrixProduct(weight).norm - 1) < 1e-4)
    }

    @Test func theRawWeightIsTrainedAndTheVectorsAreSaved() {
        let table = Embedding(4, 3, spectralNorm: true, random: Random(seed: 6))
        #expect(table.parameters.map(\.name) == ["weight"])
        #expect(table.stateTensors.map(\.name) == ["weight_u", "weight_v"])
        let weights = gradients(of: table([1, 1, 2], training).squared().sum(), at: [table.weight.value])
        #expect(weights[0]?.shape == [4, 3])
    }
}
