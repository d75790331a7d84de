import Foundation
import TensorCore
import TestSupport
import Testing

@Suite("Gradients") struct GradientTests {
    @Test func gradientsOfSimpleExpressions() throws {
        let x = Tensor([1, 2, 3], shape: [3]).requiringGradient()
        let slope = try #require(gradients(of: (x * x).sum(), at: [x])[0])
        #expect(slope.values == [2, 4, 6])
        #expect(!slope.isRecorded)
    }

    @Test("gradients of gradients of gradients")
    func higherOrders() throws {
        let x = Tensor([0.5, -1, 2], shape: [3]).requiringGradient()
        var y = x.power(4).sum()
        for expected: [Float] in [[0.5, -4, 32], [3, 12, 48], [12, -24, 48], [24, 24, 24]] {
            let slope = try #require(gradients(of: y, at: [x], createGraph: true)[0])
            #expect(slope.values == expected)
            y = slope.sum()
        }
    }

    @Test("gradients can be asked at tensors on the way, and at several at once")
    func intermediateTensors() throws {
        let x = Tensor([1, 2], shape: [2]).requiringGradient()
        let y = x * 3
        let z = y * y
        let found = gradients(of: z.sum(), at: [z, y, x, y])
        #expect(found.map { $0?.values } == [[1, 1], [6, 12], [18, 36], [6, 12]])
    }

    @Test("nil for what the loss does not depend on")
    func independentTensors() {
        let x = Tensor([1, 2], shape: [2]).requiringGradient()
        let other = Tensor([1, 2], shape: [2]).requiringGradient()
        let unrecorded = Tensor([1, 2], shape: [2])
        let y = x * other.detached + unrecorded
        let found = gradients(of: y.sum(), at: [other, x, unrecorded])
        #expect(found[0] == nil && found[2] == nil)
        #expect(found[1]?.values == [1, 2])
        #expect(gradients(of: unrecorded.sum(), at: [x])[0] == nil)
    }

    @Test func detachedTensorsStopGradients() {
        let x = Tensor([3], shape: [1]).requiringGradient()
        #expect(gradients(of: x * x.detached, at: [x])[0]?.values == [3])
        #expect(!(x * x).detached.isRecorded)
        #expect((x * x).detached.requiringGradient().isRecorded)
    }

    @Test("seeds weigh several outputs; their history counts only when the walk is recorded")
    func severalOutputs() throws {
        let x = Tensor([2, 5], shape: [2]).requiringGradient()
        let seed = Tensor([1, 10], shape: [2]).requiringGradient()
        let outputs = [x * x, x * 3, x * x]
        let seeds = [seed, Tensor([1, 1], shape: [2]), Tensor([0, 1], shape: [2])]
        let plain = try #require(gradients(of: outputs, seeds: seeds, at: [x])[0])
        #expect(plain.values == [7, 113] && !plain.isRecorded)
        let recorded = try #require(gradients(of: outputs, seeds: seeds, at: [x], createGraph: true)[0])
        #expect(gradients(of: recorded.sum(), at: [seed])[0]?.values == [4, 10])
    }

    @Test("an output that is itself asked for, and one given twice")
    func outputsAmongTheAsked() {
        let x = Tensor([2], shape: [1]).requiringGradient()
        let y = x * 5
        let found = gradients(of: [y, y], seeds: [Tensor([1], shape: [1]), Tensor([2], shape: [1])], at: [y, x])
        #expect(found.map { $0?.values } == [[3], [15]])
    }

    @Test("only what leads to an asked tensor is computed")
    func pruning() {
        let log = CallLog()
        let (x, weight) = (Tensor([2], shape: [1]).requiringGradient(), Tensor([3], shape: [1]).requiringGradient())
        let hidden = probed(x, weight, log)
        let score = probed(hidden, weight, log)
        #expect(gradients(of: score, at: [x])[0]?.values == [9])
        #expect(log.taken() == [[true, false], [true, false]])
        #expect(gradients(of: score, at: [hidden])[0]?.values == [3])
        #expect(log.taken() == [[true, false]])
        #expect(gradients(of: score, at: [weight])[0]?.values == [12])
        #expect(log.taken() == [[true, true], [false, true]])
    }

    /// A product that writes down which gradients it is asked for.
    private func probed(_ a: Tensor, _ b: Tensor, _ log: CallLog) -> Tensor {
        .record(.multiply, (a * b).detached, inputs: [a, b], saving: [a, b]) { p in
            log.add((0..<p.wanted.count).map { p.wanted[$0] })
            return [p.wanted[0] ? p.gradient * p.saved[1] : nil, p.wanted[1] ? p.gradient * p.saved[0] : nil]
        }
    }

    @Test("operations of more inputs than a word has bits")
    func manyInputs() {
        let parts = (0..<100).map { Tensor([Float($0)], shape: [1]).requiringGradient() }
        let weights = Tensor((0..<100).map(Float.init), shape: [100])
        let joined = (Tensor.concatenated(parts) * weights).sum()
        #expect(gradients(of: joined, at: parts).map { $0?.item } == (0..<100).map(Float.init))
        #expect(gradients(of: joined, at: [parts[80]])[0]?.item == 80)
        #expect(gradients(of: joined, at: [parts[7]])[0]?.item == 7)
    }

    @Test("a check with a wrong pullback fails, in either order")
    func wrongPullbacksAreFound() {
        func found(_ engine: @escaping DerivativeCheck.Engine) -> [String] {
            DerivativeCheck(
                inputs: [TestValues.spread(-1...1).array(shape: [3], seed: 1)], engine: engine,
                reference: { $0[0].map { $0 * $0 } }
            ).disagreements(channelsLast: [false])
        }
        let right = found { $0[0].squared() }
        let wrong = found { x in
            .record(.function(.square), x[0].squared().detached, inputs: x, saving: x) { [$0.gradient * $0.saved[0]] }
        }
        let wrongAgain = found { x in
            .record(.function(.square), x[0].squared().detached, inputs: x, saving: x) {
                [$0.gradient * $0.saved[0].detached.scaled(by: 2)]
            }
        }
        #expect(right.isEmpty)
        #expect(wrong.contains { $0.hasPrefix("first order") })
        #expect(!wrongAgain.isEmpty && wrongAgain.allSatisfy { $0.hasPrefix("second order") })
    }

    /// A gradient that is complete can travel while the others are computed.
    @Test func gradientsAreToldAsSoonAsTheyAreComplete() {
        let leaves = (0..<3).map { Tensor([Float($0) + 1, 2], shape: [2]).requiringGradient() }
        let unused = Tensor([1], shape: [1]).requiringGradient()
        let calls = CallLog()
        func loss() -> Tensor {
            // Each multiplication notes when its pullback runs.
            func times(_ x: Tensor, _ y: Tensor, _ number: Int) -> Tensor {
                .record(.multiply, (x * y).detached, inputs: [x, y], saving: [x, y]) {
                    calls.add([Bool](repeating: true, count: number))
                    return [$0.gradient * $0.saved[1], $0.gradient * $0.saved[0]]
                }
            }
            let first = times(leaves[0], leaves[0], 1)
            let second = times(first, leaves[1], 2)
            return times(second, leaves[2], 3).sum()
        }
        var told: [Int] = []
        var found: [Int: [Float]] = [:]
        gradients(of: loss(), at: leaves + [unused]) { number, gradient in
            // The pullbacks since the last gradient.
            told.append(contentsOf: calls.taken().map { -$0.count })
            told.append(number)
            found[number] = gradient.values
        }
        #expect(told == [-3, 2, -2, 1, -1, 0])
        let usual = gradients(of: loss(), at: leaves + [unused])
        #expect(usual[3] == nil && found[3] == nil)
        for number in 0..<3 { #expect(found[number] == usual[number]?.values) }
    }
}

/// Remembers calls.
private final class CallLog: @unchecked Sendable {
    private let lock = NSLock()
    private var calls: [[Bool]] = []

    func add(_ call: [Bool]) { lock.withLock { calls.append(call) } }

    /// The calls since the last time.
    func taken() -> [[Bool]] {
        lock.withLock {
            defer { calls = [] }
            return calls
        }
    }
}
