import Layers
import TensorCore
import TestSupport
import Testing

/// Layers, optimizers and losses against what PyTorch gave for the same numbers.
@Suite struct KnownAnswerLayerTests {
    @Test func optimizersTakeTheSameSteps() throws {
        for answer in try KnownAnswer.cases(of: "optimizers") {
            let parameter = Parameter(try answer.loaded("start"))
            let optimizer = try #require(try answer.optimizer([("x", parameter)]))
            let (curvature, target) = (try answer.loaded("curvature"), try answer.loaded("target"))
            for step in 1...5 {
                let loss = ((parameter.value - target).squared() * curvature).sum().scaled(by: 0.5)
                optimizer.update(gradients(of: loss, at: optimizer.values))
                #expect(try answer.difference("step\(step)", from: parameter.value) == nil)
            }
        }
    }

    @Test func schedulesGiveTheSameRates() throws {
        for answer in try KnownAnswer.cases(of: "schedules") {
            let schedule: Schedule =
                switch try answer.text("kind") {
                case "linearDecay":
                    .linearDecay(
                        start: try answer.integer("hold"), end: try answer.integer("hold") + answer.integer("decay"))
                case "cosine": .cosine(total: try answer.integer("steps"))
                case "warmUp": .warmUp(steps: try answer.integer("steps"))
                default: .constant
                }
            let base = try answer.real("base")
            let rates = try answer.tensor("values").scalars.indices.map { base * schedule.factor(step: $0) }
            #expect(try answer.difference("values", from: Tensor(rates, shape: [rates.count])) == nil)
        }
    }

    @Test func spectralNormIteratesAlike() throws {
        for answer in try KnownAnswer.cases(of: "spectralNorm") {
            let random = Random(seed: 1)
            let layer: any Layer
            let input: Tensor
            switch answer.name {
            case "spectralNorm.linear":
                layer = Linear(6, 4, bias: false, spectralNorm: true, random: random)
                input = .zeros([1, 6])
            case "spectralNorm.conv2d":
                layer = Conv2d(3, 4, kernel: 3, bias: false, spectralNorm: true, random: random)
                input = .zeros([1, 3, 3, 3])
            default:
                layer = ConvTranspose2d(3, 4, kernel: 3, bias: false, spectralNorm: true, random: random)
                input = .zeros([1, 3, 3, 3])
            }
            var state = layer.state()
            state["weight"] = try answer.loaded("weight")
            state["weight_u"] = try answer.loaded("u")
            try layer.load(state)
            for step in 1...3 {
                _ = layer(input, .training(random))
                let u = try #require(layer.state()["weight_u"])
                #expect(try answer.difference("u\(step)", from: u) == nil)
            }
            // The normalized weight is what the layer applies: it is read off by feeding in unit vectors.
            if answer.name == "spectralNorm.linear" {
                let units = Tensor((0..<36).map { $0 % 7 == 0 ? 1 : 0 }, shape: [6, 6])
                #expect(try answer.difference("normalized3", from: layer(units, .inference).transposed()) == nil)
            }
        }
    }

    @Test func spectralNormHoldsItsVectorsConstantInTheGradient() throws {
        let answer = try #require(try KnownAnswer.cases(of: "spectralNorm").first)
        let layer = Linear(6, 4, bias: false, spectralNorm: true, random: Random(seed: 1))
        var state = layer.state()
        state["weight"] = try answer.loaded("weight")
        state["weight_u"] = try answer.loaded("u2")
        try layer.load(state)
        let units = Tensor((0..<36).map { $0 % 7 == 0 ? 1 : 0 }, shape: [6, 6])
        let loss = (layer(units, .training(Random(seed: 1))).transposed() * (try answer.loaded("cotangent"))).sum()
        let slope = try #require(gradients(of: loss, at: [layer.weight.value])[0])
        #expect(try answer.difference("grad.weight", from: slope) == nil)
    }

    @Test func adversarialLossesAgree() throws {
        for answer in try KnownAnswer.cases(of: "losses") {
            guard let loss = AdversarialLoss(rawValue: answer.operation) else { continue }
            let real = try answer.loaded("real").requiringGradient()
            let fake = try answer.loaded("fake").requiringGradient()
            let sides = [
                ("discriminator", loss.discriminator(real: real, fake: fake)),
                ("generator", loss.generator(fake: fake, real: real)),
            ]
            for (side, value) in sides {
                #expect(try answer.difference(side, from: value.reshaped(to: [1])) == nil)
                let weights = gradients(of: value, at: [real, fake])
                #expect(try answer.difference("\(side).grad.real", from: weights[0] ?? .zeros(real.shape)) == nil)
                #expect(try answer.difference("\(side).grad.fake", from: weights[1] ?? .zeros(fake.shape)) == nil)
            }
        }
    }

    @Test func gradientPenaltiesAgree() throws {
        let names = ["conv1.weight", "conv1.bias", "conv2.weight"]
        for answer in try KnownAnswer.cases(of: "losses") where answer.has("conv1.weight") {
            let weights = try names.map { try answer.loaded($0).requiringGradient() }
            let smooth = try answer.text("activation") == "softplus"
            @Sendable func judge(_ x: Tensor) -> Tensor {
                let hidden = x.convolved(with: weights[0], bias: weights[1], .init(stride: 2, padding: 1))
                return (smooth ? hidden.softplus() : hidden.leakyReLU(slope: 0.2)).convolved(with: weights[2])
            }
            let penalty: Tensor
            switch answer.operation {
            case "wganGP":
                let (real, fake, mix) = (
                    try answer.loaded("real"), try answer.loaded("fake"), try answer.loaded("mix")
                )
                let wanted = real * mix + fake * (1 - mix)
                // The mixture is drawn inside; shifting it onto the stored one leaves the weights alone.
                penalty = wganGradientPenalty(real: real, fake: fake, random: Random(seed: 1)) {
                    judge($0 + (wanted - $0).detached)
                }
            default:
                let images = try answer.loaded(answer.operation == "r1" ? "real" : "fake").requiringGradient()
                penalty = r1Penalty(logits: judge(images), images: images)
            }
            #expect(try answer.difference("value", from: penalty.reshaped(to: [1])) == nil)
            for (name, slope) in zip(names, gradients(of: penalty, at: weights)) {
                let shape = Shape(try answer.tensor(name).shape)
                #expect(try answer.difference("grad.\(name)", from: slope ?? .zeros(shape)) == nil)
            }
        }
    }

    @Test func dcganPairAgrees() throws {
        let random = Random(seed: 1)
        let generator = Sequential([
            ConvTranspose2d(8, 8, kernel: 4, bias: false, random: random), BatchNorm(8), ReLU(),
            ConvTranspose2d(8, 4, kernel: 4, stride: 2, padding: 1, bias: false, random: random), BatchNorm(4), ReLU(),
            ConvTranspose2d(4, 1, kernel: 4, stride: 2, padding: 1, random: random), Tanh(),
        ])
        let discriminator = Sequential([
            Conv2d(1, 4, kernel: 4, stride: 2, padding: 1, random: random), LeakyReLU(0.2),
            Conv2d(4, 8, kernel: 4, stride: 2, padding: 1, bias: false, random: random), BatchNorm(8), LeakyReLU(0.2),
            Conv2d(8, 1, kernel: 4, random: random),
        ])
        for (answer, network) in zip(try KnownAnswer.cases(of: "networks"), [generator, discriminator]) {
            var state: [String: Tensor] = [:]
            for name in answer.tensorNames where name.first?.isNumber == true { state[name] = try answer.loaded(name) }
            try network.load(state)
            let input = try answer.loaded("input").requiringGradient()
            #expect(try answer.difference("output.inference", from: network(input, .inference)) == nil)
            let output = network(input, .training(random))
            #expect(try answer.difference("output.training", from: output) == nil)
            for entry in network.stateTensors {
                #expect(try answer.difference("after.\(entry.name)", from: entry.state.value) == nil)
            }
            let parameters = network.parameters
            let weights = gradients(
                of: [output], seeds: [try answer.loaded("cotangent")],
                at: [input] + parameters.map { $0.parameter.value })
            for (name, slope) in zip(["input"] + parameters.map(\.name), weights) {
                let slope = try #require(slope, "\(answer): no gradient for \(name)")
                #expect(try answer.difference("grad.\(name)", from: slope) == nil)
            }
        }
    }
}

extension KnownAnswer {
    fileprivate func optional(_ name: String) throws -> Float { has(attribute: name) ? try real(name) : 0 }

    fileprivate func optimizer(_ parameters: [(name: String, parameter: Parameter)]) throws -> (any Optimizer)? {
        let (rate, decay) = (try real("learningRate"), try optional("weightDecay"))
        switch operation {
        case "sgd":
            return SGD(
                parameters, learningRate: rate, momentum: try optional("momentum"), weightDecay: decay,
                nesterov: has(attribute: "nesterov"))
        case "rmsprop":
            return RMSProp(
                parameters, learningRate: rate, alpha: try real("alpha"), epsilon: try real("epsilon"),
                weightDecay: decay)
        case "adam":
            return Adam(
                parameters, learningRate: rate, beta1: try real("beta1"), beta2: try real("beta2"),
                epsilon: try real("epsilon"), weightDecay: decay)
        case "adamw":
            return AdamW(
                parameters, learningRate: rate, beta1: try real("beta1"), beta2: try real("beta2"),
                epsilon: try real("epsilon"), weightDecay: decay)
        default: return nil
        }
    }
}
