import CPUBackend
import Layers
import TensorCore
import Testing

@Suite struct PlannedNetworkTests {
    private let random = Random(seed: 5)

    private func network() -> Sequential {
        Sequential([
            Conv2d(3, 32, kernel: 3, padding: 1, random: random), BatchNorm(32), LeakyReLU(),
            Conv2d(32, 16, kernel: 4, stride: 2, padding: 1, random: random), ReLU(),
            ConvTranspose2d(16, 3, kernel: 4, stride: 2, padding: 1, random: random), Tanh(),
        ])
    }

    @Test func everyShapeHasItsPlanAndFewAreKept() {
        let network = network()
        let planned = PlannedNetwork(network, planLimit: 2)
        let first = planned.plan(for: [[1, 3, 8, 8]])
        #expect(planned.plan(for: [[1, 3, 8, 8]]) === first)
        _ = planned.plan(for: [[1, 3, 16, 8]])
        #expect(planned.plan(for: [[1, 3, 8, 8]]) === first)
        // The least recently used goes.
        let third = planned.plan(for: [[2, 3, 8, 8]])
        #expect(planned.plan(for: [[1, 3, 8, 8]]) === first && planned.plan(for: [[2, 3, 8, 8]]) === third)
        for shape in [[1, 3, 8, 8], [1, 3, 16, 8], [2, 3, 8, 8]] as [Shape] {
            let x = random.normal(shape)
            #expect(distance(planned(x), network(x, .inference)) < 1e-5)
        }
    }

    @Test func aChangeOfWeightsIsNoticed() {
        let network = network()
        let planned = PlannedNetwork(network)
        let x = random.normal([1, 3, 8, 8])
        let before = planned(x)
        let plan = planned.plan(for: [x.shape])
        for (_, parameter) in network.parameters { parameter.assign(parameter.value * 1.5) }
        for (_, state) in network.stateTensors { state.assign(state.value + 0.5) }
        let after = planned(x)
        #expect(distance(after, network(x, .inference)) < 1e-5)
        #expect(distance(after, before) > 1e-3)
        // A plan by itself keeps the values that it was made with.
        #expect(plan([x]).values == before.values)
    }

    @Test func resultsDependNeitherOnTheBatchNorOnThreads() {
        let planned = PlannedNetwork(network())
        let x = random.normal([5, 3, 24, 16])
        let together = planned(x)
        let threads = computeThreads
        setComputeThreads(1)
        #expect(planned(x).values == together.values)
        setComputeThreads(threads)
        for index in 0..<5 {
            let alone = planned(x.slice(axis: 0, from: index, count: 1))
            #expect(alone.values == together.slice(axis: 0, from: index, count: 1).values)
        }
    }

    @Test func channelsLastInputsAreTaken() {
        let planned = PlannedNetwork(network())
        let x = random.normal([1, 3, 8, 8])
        let image = Conv2d(3, 3, kernel: 1, random: random)(x, .inference)
        #expect(planned(image).values == planned(Tensor(image.values, shape: image.shape)).values)
    }

    @Test func plansServeSeveralThreadsAtOnce() async {
        let planned = PlannedNetwork(network())
        let x = random.normal([1, 3, 16, 16])
        let expected = planned(x).values
        let agree = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 { group.addTask { planned(x).values == expected } }
            var all = true
            for await one in group { all = all && one }
            return all
        }
        #expect(agree)
    }
}
