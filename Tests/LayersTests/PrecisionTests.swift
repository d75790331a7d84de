import TensorCore
import TestSupport
import Testing

@testable import Layers

/// The precision of a phase reaches the products of every layer, forwards and backwards.
@Suite struct PrecisionTests {
    private func isRounded(_ single: Tensor, _ half: Tensor) -> Bool {
        let error = (single - half).norm / single.norm
        return error > 1e-4 && error < 2e-2
    }

    @Test func reachesEveryLayer() {
        let random = Random(seed: 1)
        let image = random.normal([2, 12, 10, 10])
        let layers: [(any Layer, Tensor)] = [
            (Conv2d(12, 20, kernel: 3, padding: 1, random: random), image),
            (ConvTranspose2d(12, 20, kernel: 4, stride: 2, padding: 1, random: random), image),
            (Linear(40, 30, random: random), random.normal([7, 40])),
        ]
        for (layer, input) in layers {
            let parameters = layer.parameters.map(\.parameter.value)
            func results(_ precision: Precision) -> [Tensor] {
                let x = input.requiringGradient()
                let y = layer(x, .training(random, precision))
                return [y] + gradients(of: (y * y).sum(), at: [x] + parameters).compactMap { $0 }
            }
            for (single, half) in zip(results(.float32), results(.bfloat16)) {
                #expect(isRounded(single, half), "\(type(of: layer)) \(single.shape)")
            }
            #expect(isRounded(layer(input, .inference), layer(input, .inference(.bfloat16))))
            let planned = PlannedNetwork(layer, precision: .bfloat16)(input)
            #expect((planned - layer(input, .inference(.bfloat16))).norm / planned.norm < 1e-5)
        }
    }

    @Test func automaticIsWhatTheProcessorHas() {
        #expect(Precision.automatic.resolved == (Precision.hasFastBFloat16 ? .bfloat16 : .float32))
        #expect(Precision.float32.resolved == .float32)
        #expect(Precision.bfloat16.resolved == .bfloat16)
    }
}
