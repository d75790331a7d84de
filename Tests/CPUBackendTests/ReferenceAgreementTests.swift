import CPUBackend
import TensorCore
import TestSupport
import Testing

/// What the gradient table does not reach, beside the reference backend.
@Suite struct ReferenceAgreementTests {
    private static let backends: [any Backend] = [CPUBackend.standard, ReferenceBackend.shared]

    /// The results of a closure by both backends, the reference's last.
    private func both<Result>(_ compute: (any Backend) -> Result) -> (Result, Result) {
        (compute(Self.backends[0]), CurrentBackend.with(Self.backends[1]) { compute(Self.backends[1]) })
    }

    private func expectNear(_ pair: ([Float], [Float]), _ what: String = "") {
        #expect(pair.0.count == pair.1.count)
        let error = zip(pair.0, pair.1).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(error < 1e-5, "\(what): \(error)")
    }

    @Test func randomNumbersAreTheSame() {
        let start = RandomPosition(seed: 0x1234_5678_9abc, stream: 7, offset: 40)
        let bits = both { $0.randomBits(103, from: start) }
        #expect(bits.0 == bits.1)
        let uniform = both { $0.uniform([7, 9], from: start).values }
        #expect(uniform.0 == uniform.1)
        expectNear(both { $0.normal([5, 5], from: start).values }, "normal")
    }

    @Test func numbersOfFilesAreTheSame() {
        let values: [Float] = [0, -0.0, 1, -2.5, 1e-3, 3.14159, 65504, 1e-8, 1 / 3, -7.7e-5, .infinity]
        for kind in [HalfPrecision.half, .bfloat16] {
            let words = both { backend in values.withUnsafeBufferPointer { backend.narrow($0, to: kind) } }
            #expect(words.0 == words.1)
            let wide = both { backend in
                [Float](unsafeUninitializedCapacity: values.count) { target, count in
                    target.initialize(repeating: 0)
                    backend.widen(words.0, from: kind, into: target)
                    count = values.count
                }
            }
            #expect(wide.0 == wide.1)
        }
    }

    @Test func ordersAreTheSame() {
        let values: [Float] = [3, -1, 3, 0, -0.0, 2.5, -1, 3, -7, 1e-9, -1e-9, 0, 5, 5, .infinity, -.infinity]
        let order = both { $0.ascendingPositions(Tensor(values, shape: [2, 8])).values }
        #expect(order.0 == order.1)
        #expect(order.0.prefix(8) == [1, 6, 3, 4, 5, 0, 2, 7])
    }

    @Test(arguments: [0, 0.9] as [Float], [false, true]) func stochasticSteps(_ momentum: Float, _ isNesterov: Bool) {
        expectNear(
            both { backend in
                var (parameter, buffer) = (running(1), nil as RunningTensor?)
                let step = StochasticStep(
                    rate: 0.1, momentum: momentum, dampening: 0.2, weightDecay: 0.01, isNesterov: isNesterov)
                for seed in 2..<5 {
                    backend.stochasticStep(&parameter, gradient: random(UInt64(seed)), buffer: &buffer, step)
                }
                return parameter.value.values + (buffer?.value.values ?? [])
            })
    }

    @Test func rmsPropSteps() {
        expectNear(
            both { backend in
                var (parameter, squares) = (running(1), RunningTensor(.zeros([3, 4])))
                let step = RMSPropStep(rate: 0.1, alpha: 0.9, epsilon: 1e-6, weightDecay: 0.01)
                for seed in 2..<5 {
                    backend.rmsPropStep(&parameter, gradient: random(UInt64(seed)), squares: &squares, step)
                }
                return parameter.value.values + squares.value.values
            })
    }

    @Test(arguments: [false, true]) func adamSteps(_ isDecoupled: Bool) {
        expectNear(
            both { backend in
                var parameters = [running(1)]
                var (means, squares) = (
                    [running(9), RunningTensor(.zeros([3, 4]))], [running(9), RunningTensor(.zeros([3, 4]))]
                )
                for step in 1..<4 {
                    let corrections = (1 - Float(0.9).power(step), 1 - Float(0.99).power(step))
                    backend.adamStep(
                        &parameters, gradients: [random(UInt64(step + 1))], means: &means, squares: &squares,
                        places: [1],
                        AdamStep(
                            rate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-6, weightDecay: 0.01,
                            isDecoupled: isDecoupled, corrections: corrections))
                }
                return parameters[0].value.values + means.flatMap(\.value.values) + squares.flatMap(\.value.values)
            })
    }

    @Test func averagesApproachTheirTargets() {
        expectNear(
            both { backend in
                var values = [running(1), running(2), running(3)]
                backend.approach(&values, places: [2, 0], [random(4), random(5)], decay: 0.75)
                return values.flatMap(\.value.values)
            })
    }

    @Test func rowsAreStackedAndAdded() {
        expectNear(
            both { backend in
                let (a, b) = (Random(seed: 1).uniform([2, 3, 4, 5]), Random(seed: 2).uniform([2, 3, 2, 5]))
                let stacked = backend.stack([RowStrip(a, 1..<3), RowStrip(b, 0..<2)], from: 1, height: 7)
                return stacked.values + backend.weightedSum(a, scaledBy: 0.3, a.flipped(axis: 3)).values
            })
    }

    @Test func numbersThatAreNoneAreFound() {
        let found = both { backend in
            [[1, 2], [1, .infinity], [.nan, 0]].map { backend.isFinite(Tensor($0, shape: [2])) }
        }
        #expect(found.0 == [true, false, false] && found.1 == found.0)
    }

    private func random(_ seed: UInt64) -> Tensor { Random(seed: seed).uniform([3, 4], in: -1..<1) }
    private func running(_ seed: UInt64) -> RunningTensor { RunningTensor(random(seed)) }
}

extension Float {
    fileprivate func power(_ exponent: Int) -> Float { (0..<exponent).reduce(1) { product, _ in product * self } }
}
