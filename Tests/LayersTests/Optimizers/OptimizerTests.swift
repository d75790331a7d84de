import CPUBackend
import Layers
import TensorCore
import Testing

@Suite struct OptimizerTests {
    typealias Parameters = [(name: String, parameter: Parameter)]

    static let kinds: [(String, @Sendable (Parameters) -> any Optimizer)] = [
        ("SGD", { SGD($0, learningRate: 0.1) }),
        ("SGD with momentum", { SGD($0, learningRate: 0.1, momentum: 0.9, dampening: 0.2, weightDecay: 0.1) }),
        ("SGD with Nesterov", { SGD($0, learningRate: 0.1, momentum: 0.9, nesterov: true) }),
        ("RMSProp", { RMSProp($0, learningRate: 0.02) }),
        ("Adam", { Adam($0, learningRate: 0.05, beta1: 0.5, weightDecay: 0.1) }),
        ("AdamW", { AdamW($0, learningRate: 0.05) }),
    ]

    @Test(arguments: kinds.indices)
    func resumingContinuesBitForBit(_ kind: Int) throws {
        let make = Self.kinds[kind].1
        let target = Random(seed: 1).normal([40])
        func advance(_ optimizer: any Optimizer, by steps: Int) {
            for _ in 0..<steps {
                let loss = (optimizer.values[0] - target).squared().sum()
                optimizer.update(gradients(of: loss, at: optimizer.values))
            }
        }
        let parameter = Parameter(.zeros([40]))
        let optimizer = make([("p", parameter)])
        advance(optimizer, by: 3)
        let (state, saved) = (optimizer.state(), parameter.value.detached)
        let before = state.mapValues(\.values)
        advance(optimizer, by: 2)
        // What was handed out does not move with later updates.
        #expect(state.mapValues(\.values) == before)

        let twin = Parameter(saved)
        let resumed = make([("p", twin)])
        try resumed.load(state, step: 3)
        advance(resumed, by: 2)
        #expect(twin.value.values == parameter.value.values, "\(Self.kinds[kind].0)")
        #expect(resumed.step == 5)
    }

    @Test func aMissingGradientLeavesItsParameterAlone() {
        let pair = [("a", Parameter(.ones([2]))), ("b", Parameter(.ones([2])))]
        let optimizer = Adam(pair, learningRate: 0.1)
        optimizer.update([.ones([2]), nil])
        #expect(pair[0].1.value.values.allSatisfy { abs($0 - 0.9) < 1e-6 })
        #expect(pair[1].1.value.values == [1, 1])
        #expect(optimizer.state()["exp_avg.b"]?.values == [0, 0])
    }

    @Test(arguments: kinds.indices)
    func anUpdateInPartsGivesTheBitsOfAWholeOne(_ kind: Int) {
        func made() -> Parameters { (1...3).map { ("\($0)", Parameter(Random(seed: $0).normal([20]))) } }
        let (whole, inParts) = (Self.kinds[kind].1(made()), Self.kinds[kind].1(made()))
        for step in 1...3 {
            let gradients = (1...3).map { Random(seed: 7, stream: UInt64(10 * step + $0)).normal([20]) }
            whole.update(gradients)
            inParts.begin()
            inParts.move([nil, gradients[1], nil])
            inParts.move([gradients[0], nil, gradients[2]])
        }
        #expect(whole.values.map(\.values) == inParts.values.map(\.values), "\(Self.kinds[kind].0)")
        #expect(inParts.step == 3)
    }

    @Test func aForeignStateIsRefusedWhole() {
        let optimizer = Adam([("a", Parameter(.ones([2])))])
        let foreign = ["exp_avg.a": Tensor.ones([2]), "exp_avg_sq.b": Tensor.ones([2])]
        let error = #expect(throws: LoadError.self) { try optimizer.load(foreign, step: 4) }
        #expect(error?.missing == ["exp_avg_sq.a"] && error?.unexpected == ["exp_avg_sq.b"])
        #expect(optimizer.step == 0 && optimizer.state()["exp_avg.a"]?.values == [0, 0])
    }

    @Test func gradientsAreClippedTogether() {
        let weights: [Tensor?] = [Tensor([3, 0], shape: [2]), nil, Tensor([4], shape: [1])]
        #expect(globalNorm(of: weights) == 5)
        let clippedGradients = clipped(weights, toNorm: 1)
        #expect(abs(globalNorm(of: clippedGradients) - 1) < 1e-6 && clippedGradients[1] == nil)
        #expect(clipped(weights, toNorm: 6)[0]?.values == [3, 0])
    }

    @Test func theWeightReadBeforeAnUpdateStaysWhatItWas() {
        let parameter = Parameter(.ones([1000]))
        let before = parameter.value
        Adam([("p", parameter)], learningRate: 0.5).update([.ones([1000])])
        #expect(before.values.allSatisfy { $0 == 1 })
        #expect(parameter.value.values.allSatisfy { abs($0 - 0.5) < 1e-5 })
    }

    @Test func aWeightThatNobodyElseHoldsIsMovedInPlace() throws {
        let parameter = Parameter(Random(seed: 1).normal([16, 16, 3, 3]))
        let images = Random(seed: 2).normal([1, 16, 8, 8])
        let optimizer = Adam([("weight", parameter)], learningRate: 0.5)
        let place = try parameter.value.pointer
        for _ in 0..<3 {
            // What convolutions keep of the weight must not outlive its values.
            let moved = Tensor(parameter.value.values, shape: parameter.shape)
            let difference = images.convolved(with: parameter.value.detached) - images.convolved(with: moved)
            #expect(difference.norm < 1e-3)
            optimizer.update([Random(seed: 3).normal(parameter.shape)])
            #expect(try parameter.value.pointer == place)
        }
    }
}
