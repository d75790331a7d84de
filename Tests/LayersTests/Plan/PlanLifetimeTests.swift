import TensorCore
import TestSupport
import Testing

@testable import Layers

@Suite struct PlanLifetimeTests {
    @Test func weightsGoWithTheirNetwork() {
        weak var weight: (any Storage)?
        do {
            let network = Sequential([Conv2d(8, 8, kernel: 3, padding: 1, random: Random(seed: 1)), Tanh()])
            let planned = PlannedNetwork(network)
            _ = planned(Random(seed: 2).normal([1, 8, 16, 16]))
            weight = network.parameters.first?.parameter.value.storage
            #expect(weight != nil)
        }
        #expect(weight == nil)
    }

    @Test func averagedWeightsGoWhenTheyAreReplaced() throws {
        let make = { Sequential([Conv2d(8, 8, kernel: 3, padding: 1, random: Random(seed: 1)), Tanh()]) }
        let (network, twin) = (make(), make())
        let average = ExponentialMovingAverage(of: network, decay: 0.5)
        weak var weight: (any Storage)?
        func preview() throws {
            average.update()
            try average.copy(into: twin)
            _ = PlannedNetwork(twin)(Random(seed: 2).normal([1, 8, 16, 16]))
        }
        try preview()
        weight = twin.parameters.first?.parameter.value.storage
        #expect(weight != nil)
        try preview()
        #expect(weight == nil)
    }
}
