import InferencePlan
import Layers
import TensorCore
import TestSupport
import Testing

/// Every fusion of a plan by itself: the result is the eager one, and the plan is as short as it should be.
@Suite struct FusionTests {
    private let random = Random(seed: 3)

    private func convolution(
        _ from: Int, _ to: Int, kernel: Int = 3, stride: Int = 1, padding: Int = 1, bias: Bool = true
    ) -> Conv2d {
        Conv2d(from, to, kernel: kernel, stride: stride, padding: padding, bias: bias, random: random)
    }

    private func trainedNorm(_ channels: Int) -> BatchNorm {
        let norm = BatchNorm(channels)
        norm.weight?.assign(random.uniform([channels], in: 0.5..<2))
        norm.bias?.assign(random.normal([channels]))
        norm.runningMean.assign(random.normal([channels]))
        norm.runningVar.assign(random.uniform([channels], in: 0.1..<3))
        return norm
    }

    @Test func batchNormAndActivationJoinTheConvolution() {
        for activation in [ReLU(), LeakyReLU(0.2), Tanh(), PReLU(16, initial: -0.3)] as [any Layer] {
            let network = Sequential([convolution(8, 16), trainedNorm(16), activation])
            let check = PlanCheck([2, 8, 9, 11]) { network($0, .inference) }
            #expect(check.error < 1e-5)
            #expect(check.count("convolution", "multipliers, bias") == 1)
            // The input's change of layout is the other step.
            #expect(check.stepCount == 2, "\(check.plan.listing)")
        }
    }

    @Test func transposedConvolutionsFuseLikeOthers() {
        let up = ConvTranspose2d(16, 8, kernel: 4, stride: 2, padding: 1, bias: false, random: random)
        let network = Sequential([up, trainedNorm(8), ReLU()])
        let check = PlanCheck([1, 16, 6, 5]) { network($0, .inference) }
        #expect(check.error < 1e-5 && check.stepCount == 2)
        #expect(check.count("transposed", "multipliers, bias, relu") == 1)
    }

    @Test func aPReLUThatSharesOneSlopeIsRecognized() {
        let network = Sequential([convolution(3, 8), PReLU(1, initial: 0.1)])
        let check = PlanCheck([1, 3, 8, 8]) { network($0, .inference) }
        #expect(check.error < 1e-5 && check.count("bias, prelu") == 1 && check.stepCount == 2)
    }

    @Test func residualsAndScalesAreAddedWhereTheConvolutionStores() {
        let (a, b) = (convolution(8, 8), convolution(8, 8))
        let check = PlanCheck([2, 8, 7, 7]) { x in
            let inner = b(a(x, .inference).relu(), .inference).scaled(by: 0.2) + x
            return inner.scaled(by: 0.5) - x
        }
        #expect(check.error < 1e-5)
        #expect(check.count("convolution", "bias, scale, 2 added") == 1 && check.stepCount == 3)
    }

    @Test func eitherTermOfASumMayBeTheConvolution() {
        let a = convolution(4, 4)
        let check = PlanCheck([1, 4, 5, 5]) { x in x - a(x, .inference) }
        #expect(check.error < 1e-5 && check.count("convolution", "scale, 1 added") == 1 && check.stepCount == 2)
    }

    @Test func whatAnotherAlsoWantsIsNotFused() {
        let a = convolution(4, 4)
        let check = PlanCheck([1, 4, 5, 5]) { x in
            let y = a(x, .inference)
            return y.relu() * y.sigmoid()
        }
        #expect(check.error < 1e-5 && check.count("convolution", "relu") == 0)
    }

    @Test func reluAfterLeakyReLUIsRelu() {
        let a = convolution(4, 4)
        let check = PlanCheck([1, 4, 5, 5]) { a($0, .inference).leakyReLU().relu() }
        #expect(check.error < 1e-5 && check.count("convolution", "bias, relu") == 1)
    }

    @Test func aUNetLevelSharesItsActivation() {
        let (down, inner, up) = (convolution(4, 8), convolution(8, 8), convolution(16, 4))
        let check = PlanCheck([2, 4, 6, 6]) { input in
            let x = down(input, .inference)
            let y = inner(x.leakyReLU(), .inference)
            return up(Tensor.concatenated([x, y], axis: 1).relu(), .inference)
        }
        #expect(check.error < 1e-5)
        #expect(check.count("convolution", "leaky relu") == 1 && check.count("convolution", "bias, relu") == 1)
        #expect(check.count("pointwise") == 1 && check.stepCount == 6, "\(check.plan.listing)")
    }

    @Test func aDenseBlockGrowsInOneBuffer() {
        let layers = [convolution(8, 4), convolution(12, 4), convolution(16, 8)]
        let check = PlanCheck([1, 8, 10, 10]) { input in
            let x = layers[0](layers[2](Tensor.concatenated([input, input], axis: 1), .inference), .inference)
            let all = Tensor.concatenated([x, layers[0](Tensor.concatenated([x, x], axis: 1), .inference)], axis: 1)
            return layers[0](all, .inference)
        }
        #expect(check.error < 1e-5)
        let dense = PlanCheck([1, 8, 10, 10]) { input in
            var known = layers[2](Tensor.concatenated([input, input], axis: 1), .inference)
            for layer in layers.prefix(2) {
                known = Tensor.concatenated([known, layer(known, .inference).leakyReLU()], axis: 1)
            }
            return layers[2](known, .inference)
        }
        #expect(dense.error < 1e-5)
        // The doubled input, and the one buffer of 8 + 4 + 4 channels.
        #expect(dense.plan.statistics.bufferBytes <= (16 + 16) * 100 * 4 + 128)
    }

    @Test func theOutputMayBeAConcatenation() {
        let (a, b) = (convolution(4, 8), convolution(4, 3))
        let check = PlanCheck([2, 4, 5, 6]) { x in
            Tensor.concatenated([a(x, .inference).relu(), x, b(x, .inference), x], axis: 1)
        }
        #expect(check.error < 1e-5 && check.stepCount == 4, "\(check.plan.listing)")
    }

    @Test func aSkipThatOutlivesItsConcatenationIsKept() {
        let (a, b, c) = (convolution(4, 4), convolution(8, 4), convolution(4, 4))
        let check = PlanCheck([1, 4, 6, 6]) { input in
            let x = a(input, .inference)
            let y = b(Tensor.concatenated([x, c(x, .inference).relu()], axis: 1), .inference)
            return c(c(y, .inference), .inference).tanh() + x
        }
        #expect(check.error < 1e-5)
    }

    @Test func doublingBeforeAConvolutionBecomesATransposedConvolution() {
        let a = convolution(8, 8)
        let check = PlanCheck([2, 8, 7, 5]) { a($0.upsampledNearest(by: 2), .inference).relu() }
        #expect(check.error < 1e-5 && check.count("transposed convolution 4×4", "bias, relu") == 1)
        #expect(check.stepCount == 2, "\(check.plan.listing)")
    }

    @Test func upscalingByThreeStaysAStep() {
        let a = convolution(8, 8)
        let check = PlanCheck([2, 8, 4, 5]) { a(a($0, .inference).upsampledNearest(by: 3), .inference) }
        #expect(check.error < 1e-5 && check.count("upscaling by 3") == 1 && check.stepCount == 4)
    }

    @Test func shuffledPixelsTakeTheirActivationAndTheirBase() {
        let a = convolution(3, 12)
        let weights = PReLU(3)
        weights.weight.assign(Tensor([0.1, -0.4, 0.7], shape: [3]))
        let check = PlanCheck([2, 3, 6, 5]) { x in
            weights(a(x, .inference).pixelShuffled(by: 2), .inference) + x.upsampledNearest(by: 2)
        }
        #expect(check.error < 1e-5)
        #expect(check.count("convolution", "bias, prelu") == 1 && check.count("pixel shuffle") == 1)
        #expect(check.stepCount == 3, "\(check.plan.listing)")
    }

    @Test func constantsOfEveryShapeAreTaken() {
        let a = convolution(4, 6)
        let values = random.normal([6])
        let check = PlanCheck([2, 4, 3, 3]) { x in
            let y = a(x, .inference) * values.reshaped(to: [1, 6, 1, 1]) + values.reshaped(to: [6, 1, 1])
            return (1 - y / Tensor(2)) * 3 + 0.25
        }
        #expect(check.error < 1e-5 && check.stepCount == 2, "\(check.plan.listing)")
    }

    @Test func kernelsWithoutAFusionRunAsTheyAre() {
        let linear = Linear(12, 48, random: random)
        let a = convolution(3, 3)
        let check = PlanCheck([2, 12]) { x in
            let y = a(linear(x, .inference).relu().reshaped(to: [2, 3, 4, 4]), .inference)
            let z = y.instanceNormalized().padded(top: 1, bottom: 1, left: 2, right: 2, mode: .reflect)
            return (z.maxPooled(window: 2).exp() + z.averagePooled(window: 2).sigmoid()).softmax()
        }
        #expect(check.error < 1e-5)
    }

    @Test func perSampleScalesAreKept() {
        let (scale, shift) = (random.normal([3, 8]), random.normal([3, 8]))
        let a = convolution(4, 8)
        let check = PlanCheck([3, 4, 5, 5]) { x in
            a(x, .inference).channelAffine(scale: scale, shift: shift).relu()
        }
        #expect(check.error < 1e-5 && check.count("channel affine, leaky relu") == 1 && check.stepCount == 3)
        let single = PlanCheck([1, 4, 5, 5]) { x in
            let (scale, shift) = (scale.slice(axis: 0, from: 1, count: 1), shift.slice(axis: 0, from: 1, count: 1))
            return a(x, .inference).channelAffine(scale: scale, shift: shift).relu()
        }
        #expect(single.error < 1e-5 && single.stepCount == 2)
    }

    @Test func inputsAndConstantsMayBeTheOutput() {
        let x = random.normal([2, 3])
        #expect(InferencePlan([x.shape]) { $0[0] }([x]).values == x.values)
        #expect(InferencePlan([x.shape]) { _ in x }([x]).values == x.values)
        #expect(InferencePlan([x.shape]) { $0[0].reshaped(to: [6]) }([x]).values == x.values)
        #expect(InferencePlan([x.shape]) { $0[0].transposed() }([x]).values == x.transposed().values)
    }
}
