import Layers
import TensorCore
import Testing

private final class Net: Module {
    let linear: Linear
    let norm = BatchNorm(1)
    init(_ seed: UInt64) { linear = Linear(1, 1, bias: false, random: Random(seed: seed)) }
}

@Suite struct ExponentialMovingAverageTests {
    @Test func parametersAreAveragedAndStatisticsCopied() throws {
        let net = Net(1)
        net.linear.weight.assign(Tensor([1], shape: [1, 1]))
        let average = ExponentialMovingAverage(of: net, decay: 0.75)
        let start = average.state()
        var expected: Float = 1
        for value: Float in [2, 4, -1] {
            net.linear.weight.assign(Tensor([value], shape: [1, 1]))
            net.norm.runningMean.assign(Tensor([value], shape: [1]))
            average.update()
            expected = 0.75 * expected + 0.25 * value
        }
        #expect(abs((average.state()["linear.weight"]?.item ?? 0) - expected) < 1e-6)
        #expect(average.state()["norm.running_mean"]?.item == -1)
        // What was handed out does not move with later updates.
        #expect(start["linear.weight"]?.item == 1)

        let twin = Net(2)
        try average.copy(into: twin)
        #expect(twin.linear.weight.value.item == average.state()["linear.weight"]?.item)
        average.update()
        #expect(abs(twin.linear.weight.value.item - expected) < 1e-6)
        #expect(net.linear.weight.value.item == -1)
    }

    @Test func loadingContinuesBitForBit() throws {
        let net = Net(3)
        let average = ExponentialMovingAverage(of: net, decay: 0.9)
        net.linear.weight.assign(Tensor([7], shape: [1, 1]))
        average.update()
        let other = ExponentialMovingAverage(of: net, decay: 0.9)
        try other.load(average.state())
        average.update()
        other.update()
        #expect(other.state()["linear.weight"]?.values == average.state()["linear.weight"]?.values)
        #expect(throws: LoadError.self) { try other.load(["linear.weight": Tensor(1)]) }
    }
}
