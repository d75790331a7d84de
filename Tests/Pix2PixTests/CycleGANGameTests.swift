import ImageData
import Layers
import TensorCore
import TestSupport
import Testing
import Training

@testable import Pix2Pix

/// The game without pairs against one written in PyTorch.
@Suite struct CycleGANGameTests {
    private func filled<Network: Module>(_ network: Network, _ name: String) throws -> Network {
        try network.load(
            Dictionary(
                uniqueKeysWithValues: network.state().map {
                    ($0, DrawnWeights.tensor(name + "." + $0, $1.shape))
                }))
        return network
    }

    private func direction(
        _ name: String, from inputs: Int, to outputs: Int, rate: Float
    ) throws -> CycleGANGame.Direction {
        let random = Random(seed: 1)
        let generator = try filled(
            ResNetGenerator(inputs: inputs, outputs: outputs, blocks: 1, width: 2, random: random),
            name + ".generator")
        let judge = try filled(
            PatchDiscriminator(inputs: outputs, halvings: 1, width: 2, normalization: .instance, random: random),
            name + ".discriminator")
        return CycleGANGame.Direction(
            players: TranslationPlayers(
                generator: generator, discriminator: judge, prefix: name + ".", rate: Player.LearningRate(Double(rate))
            ) { SGD($0.parameters) }, pool: ImagePool())
    }

    @Test(arguments: try KnownAnswer.cases(of: "cycle"))
    func agreesWithPyTorch(_ answer: KnownAnswer) throws {
        let (a, b) = (try answer.integer("channelsA"), try answer.integer("channelsB"))
        let rate = try answer.real("rate")
        let aToB = try direction("AtoB", from: a, to: b, rate: rate)
        let bToA = try direction("BtoA", from: b, to: a, rate: rate)
        let images = UnpairedBatch(a: try answer.loaded("a"), b: try answer.loaded("b"))
        let game = CycleGANGame(aToB: aToB, bToA: bToA) { _ in images }
        game.losses.kind = .leastSquares
        game.cycle.weightA = try answer.real("weightA")
        game.cycle.weightB = try answer.real("weightB")
        game.cycle.identityWeight = try answer.real("identity")
        let record = try PhaseLoop(game.phases, seed: 2).record(step: 1, measuring: false)

        for (place, name) in ["AtoB", "BtoA"].enumerated() {
            for (loss, figure) in [
                ("adversarial", "generator"), ("cycle", "cycle"), ("identity", "identity"),
                ("discriminator", "discriminator"),
            ] where answer.has("loss.\(name).\(loss)") {
                let expected = try answer.loaded("loss.\(name).\(loss)").item
                #expect(abs(record.losses(figure)[place] - expected) <= 2e-5 * max(expected, 1), "\(name) \(loss)")
            }
        }
        for (name, network) in [
            ("AtoB.generator", aToB.players.generator as any Module),
            ("AtoB.discriminator", aToB.players.discriminator), ("BtoA.generator", bToA.players.generator),
            ("BtoA.discriminator", bToA.players.discriminator),
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
        let game = CycleGANGame(
            aToB: try direction("AtoB", from: 2, to: 2, rate: 1e-3),
            bToA: try direction("BtoA", from: 2, to: 2, rate: 1e-3)
        ) { number in
            let random = Random(seed: 4, stream: UInt64(number))
            return UnpairedBatch(a: random.normal([2, 2, 12, 16]).tanh(), b: random.normal([2, 2, 12, 16]).tanh())
        }
        game.losses.kind = loss
        game.losses.totalVariationWeight = 1
        game.losses.gradientPenalty = loss == .wasserstein ? 10 : 0
        let loop = PhaseLoop(game.phases, seed: 3)
        for number in 1...2 {
            let record = try loop.record(step: number, measuring: true)
            for figure in ["discriminator", "generator"] {
                #expect(record.losses(figure).count == 2 && record.losses(figure).allSatisfy(\.isFinite))
            }
            #expect(record.report.extra.map(\.name) == (loss == .wasserstein ? ["gradient-penalty"] : []))
            #expect(record.report.extra.allSatisfy { $0.value.isFinite })
            #expect(record.report.gradientNorms.map(\.name) == ["discriminator", "generator"])
            #expect(record.report.gradientNorms.allSatisfy { $0.value > 0 && $0.value.isFinite })
        }
    }
}
