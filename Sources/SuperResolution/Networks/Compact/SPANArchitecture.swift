import ForeignWeights
import Models

/// The parameters of SPAN.
package struct SPANParameters: UpscalerParameters {
    /// How many times larger the result is.
    package var scale = 4
    /// Blocks, always 6.
    package var depth = SPAN.blockCount
    /// Channels of the hidden layers: 48 or 52 in the paper.
    package var features = 48
    /// Channels of the input.
    package var inputChannels = 3
    /// Channels of the output.
    package var outputChannels = 3
    /// The factor by which the result is resized at the end; 1 for none.
    package var resize = 1.0
    /// Whether the mean color is subtracted from the input.
    package var normalized = true
    /// The factor of a normalized input.
    package var inputRange = 255.0
    /// Whether the convolutions have only the sums of their paths, as in files that are not for training.
    package var merged = false

    /// The public network ×4.
    package init() {}
}

extension Architecture {
    /// SPAN, with both paths of its convolutions or with their sums.
    public static let span = Architecture(
        id: "span", family: .upscaler, parameters: SPANParameters.self,
        limits: { sizes throws(ParameterError) in
            try sizes.check(scales: Array(1...16), channelsFit: !sizes.normalized || sizes.inputChannels == 3)
            try ParameterError.check("depth", sizes.depth, in: SPAN.blockCount...SPAN.blockCount)
            try ParameterError.check("inputRange", sizes.inputRange, in: 1e-3...65_536)
        },
        words: { $0.words("SPAN", "\($0.features) features" + ($0.normalized ? "" : ", no normalization")) },
        detect: { shapes in
            let whole = shapes["conv_1.sk.weight", rank: 4]
            guard let first = whole ?? shapes["conv_1.eval_conv.weight", rank: 4],
                shapes.has("block_1.c1_r.eval_conv.weight") || shapes.has("block_1.c1_r.sk.weight"),
                let last = shapes["upsampler.0.weight", rank: 4],
                let (scale, outputs) = shuffled(last[0], inputs: first[1])
            else { return nil }
            var sizes = SPANParameters()
            (sizes.scale, sizes.features, sizes.merged) = (scale, first[0], whole == nil)
            (sizes.inputChannels, sizes.outputChannels) = (first[1], outputs)
            sizes.normalized = !shapes.has("no_norm")
            return sizes
        },
        detectSteps: { stepsOfSPAN($0) },
        make: { sizes, random in
            SPAN(
                scale: sizes.scale, inputs: sizes.inputChannels, outputs: sizes.outputChannels,
                features: sizes.features, normalized: sizes.normalized, inputRange: sizes.inputRange,
                merged: sizes.merged, random: random)
        })

    /// The scale and the channels of a convolution's result that is shuffled into pixels. Most likely there are as many
    /// channels as the input has.
    static func shuffled(_ channels: Int, inputs: Int) -> (scale: Int, outputs: Int)? {
        for outputs in [inputs, 3, 4, 1] where outputs > 0 && channels % outputs == 0 {
            if let scale = (1...16).first(where: { $0 * $0 * outputs == channels }) { return (scale, outputs) }
        }
        return nil
    }

    private static func stepsOfSPAN(_ graph: NcnnSteps) -> (SPANParameters, [NcnnSteps.Step])? {
        let shuffles = graph.steps.compactMap { if case .shuffle(let factor) = $0 { factor } else { nil } }
        guard graph.steps.contains(.silu), graph.steps.contains(.join(4)), shuffles.count == 1,
            let first = graph.shapes.first, first.rank == 4, let last = graph.shapes.last, shuffles[0] >= 1,
            shuffles[0] <= 16, last[0] % (shuffles[0] * shuffles[0]) == 0
        else { return nil }
        var sizes = SPANParameters()
        (sizes.scale, sizes.features, sizes.merged) = (shuffles[0], first[0], true)
        (sizes.inputChannels, sizes.outputChannels) = (first[1], last[0] / (shuffles[0] * shuffles[0]))
        sizes.normalized = graph.steps.contains(.subtract)
        var expected: [NcnnSteps.Step] = []
        if sizes.normalized {
            expected = [.constants(SPAN.mean.map { (Double($0) * 1e4).rounded() / 1e4 }), .subtract]
            sizes.inputRange = 1
            if graph.steps.count > 2, case .scale(let range) = graph.steps[2] {
                sizes.inputRange = range
                expected.append(.scale(range))
            }
        }
        let plain = NcnnSteps.Step.convolution(slope: nil)
        let block: [NcnnSteps.Step] = [plain, .silu, plain, .silu, plain, .sigmoid, .offset(-0.5), .add, .multiply]
        expected.append(plain)
        for _ in 0..<SPAN.blockCount { expected += block }
        expected += [plain, .join(4), plain, plain, .shuffle(sizes.scale)]
        return (sizes, expected)
    }
}
