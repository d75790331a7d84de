import Layers
import TensorCore
import TestSupport
import Testing

@testable import Pix2Pix

/// The step without pairs against one written in PyTorch.
@Suite struct CycleGANStepTests {
    private func filled<Network: Module>(_ network: Network, _ name: String) throws -> Network {
        try network.load(
            Dictionary(
                uniqueKeysWithValues: network.state().map {
                    ($0, DrawnWeights.tensor(name + "." + $0, $1.shape))
                }))
        return network
    }

    private func way(_ name: String, from inputs: Int, to outputs: Int, rate: Float) throws -> CycleGANStep.Way {
        let random = Random(seed: 1)
        let generator = try filled(
            ResNetGenerator(inputs: inputs, outputs: outputs, blocks: 1, width: 2, random: random),
            name + ".generator")
        let judge = try filled(
            PatchDiscriminator(inputs: outputs, halvings: 1, width: 2, normalization: .instance, random: random),
            name + ".discriminator")
        return CycleGANStep.Way(
            generator: generator, discriminator: judge,
            generatorOptimizer: SGD(generator.parameters, learningRate: rate),
            discriminatorOptimizer: SGD(judge.parameters, learningRate: rate), pool: ImagePool())
    }

    @Test(arguments: try KnownAnswer.cases(of: "cycle"))
    func agreesWithPyTorch(_ answer: KnownAnswer) throws {
        let (a, b) = (try answer.integer("channelsA"), try answer.integer("channelsB"))
        let rate = try answer.real("rate")
        let aToB = try way("AtoB", from: a, to: b, rate: rate)
        let bToA = try way("BtoA", from: b, to: a, rate: rate)
        var step = CycleGANStep(aToB: aToB, bToA: bToA)
        step.losses.kind = .leastSquares
        step.cycle.weightA = try answer.real("weightA")
        step.cycle.weightB = try answer.real("weightB")
        step.cycle.identityWeight = try answer.real("identity")
        let outcomes = step(a: try answer.loaded("a"), b: try answer.loaded("b"), random: Random(seed: 2))

        for (name, outcome) in [("AtoB", outcomes.aToB), ("BtoA", outcomes.bToA)] {
            for (loss, value) in [
                ("adversarial", outcome.adversarial), ("cycle", outcome.cycle), ("identity", outcome.identity),
                ("discriminator", outcome.discriminator),
            ] where answer.has("loss.\(name).\(loss)") {
                let expected = try answer.loaded("loss.\(name).\(loss)").item
                #expect(abs(value - expected) <= 2e-5 * max(expected, 1), "\(name) \(loss)")
            }
        }
        for (name, network) in [
            ("AtoB.generator", aToB.generator as any Module), ("AtoB.discriminator", aToB.discriminator),
            ("BtoA.generator", bToA.generator), ("BtoA.discriminator", bToA.discriminator),
        ] {
            for (key, tensor) in network.state() {
                let moved = tensor - DrawnWeights.tensor(name + "." + key, tensor.shape)
                let expected = try answer.loaded("moved." + name + "." + key)
                // What a normalization takes out again has gradients of rounding errors only.
                #expect((moved - expected).norm <= 2e-4 * expected.norm + 2e-5, "\(name).\(key)")
            }
        }
    }

    @Test(arguments: [AdversarialLoss.nonSaturating, .hinge, .wasserstein, .relativisticAverage])
    func everyLossAndTermGivesFiniteSteps(_ loss: AdversarialLoss) throws {
        var step = CycleGANStep(
            aToB: try way("AtoB", from: 2, to: 2, rate: 1e-3), bToA: try way("BtoA", from: 2, to: 2, rate: 1e-3))
        step.losses.kind = loss
        step.losses.totalVariationWeight = 1
        step.losses.gradientPenalty = loss == .wasserstein ? 10 : 0
        for number in UInt64(0)..<2 {
            let random = Random(seed: 3, stream: number)
            let outcomes = step(
                a: random.normal([2, 2, 12, 16]).tanh(), b: random.normal([2, 2, 12, 16]).tanh(), random: random,
                measuring: true)
            for outcome in [outcomes.aToB, outcomes.bToA] {
                #expect((outcome.discriminator + outcome.adversarial + outcome.gradientPenalty).isFinite)
                let norms = try #require(outcome.gradientNorms)
                #expect(norms.discriminator > 0 && norms.generator > 0 && (norms.generator + norms.discriminator).isFinite)
            }
        }
    }
}
