import ForeignWeights
import Models

/// The parameters of Real-ESRGAN's compact network.
package struct CompactParameters: UpscalerParameters {
    /// How many times larger the result is.
    package var scale = 4
    /// Convolutions between the first and the last.
    package var depth = 16
    /// Channels of the hidden layers.
    package var features = 64
    /// Channels of the input.
    package var inputChannels = 3
    /// Channels of the output.
    package var outputChannels = 3
    /// What follows all convolutions but the last.
    package var rectifier = SRVGGNetCompact.Rectifier.prelu
    /// The factor by which the result is resized at the end; 1 for none.
    package var resize = 1.0

    /// The network of `realesr-animevideov3`.
    package init() {}

    init(scale: Int, depth: Int, features: Int, inputChannels: Int, outputChannels: Int) {
        (self.scale, self.depth, self.features) = (scale, depth, features)
        (self.inputChannels, self.outputChannels) = (inputChannels, outputChannels)
    }

    var sizesInWords: String {
        "\(depth) convolutions, \(features) features" + (rectifier == .prelu ? "" : ", \(rectifier.rawValue)")
    }
}

extension Architecture {
    /// Real-ESRGAN's compact network, in the public code `SRVGGNetCompact`.
    public static let compact = Architecture(
        id: "compact", aliases: ["srvgg"], family: .upscaler, parameters: CompactParameters.self,
        limits: { sizes throws(ParameterError) in
            // The input is added to the output, a gray one to every channel.
            let fits = sizes.inputChannels == sizes.outputChannels || sizes.inputChannels == 1
            try sizes.check(scales: Array(1...16), channelsFit: fits)
        },
        words: { $0.words("SRVGGNetCompact", $0.sizesInWords) },
        detect: { shapes in
            guard let first = shapes["body.0.weight", rank: 4] else { return nil }
            let hasSlopes = shapes["body.1.weight", rank: 1] != nil
            let convolutions = shapes.count { "body.\(2 * $0).weight" }
            // Without slopes, convolutions alone tell the network.
            guard hasSlopes || shapes.names.count == 2 * convolutions, convolutions >= 2,
                let last = shapes["body.\(2 * convolutions - 2).weight", rank: 4]
            else { return nil }
            // Input and output have the same number of channels, except that gray may become color.
            let candidates = [first[1], 3, 4, 1].flatMap { channels in (1...16).map { (channels, $0) } }
            guard let (channels, scale) = candidates.first(where: { $0 * $1 * $1 == last[0] }) else { return nil }
            var sizes = CompactParameters(
                scale: scale, depth: convolutions - 2, features: first[0], inputChannels: first[1],
                outputChannels: channels)
            // Nothing in a file tells the two others apart.
            if !hasSlopes { sizes.rectifier = .leakyReLU }
            return sizes
        },
        detectSteps: { stepsOfCompact($0) },
        make: { sizes, random in
            SRVGGNetCompact(
                scale: sizes.scale, inputs: sizes.inputChannels, outputs: sizes.outputChannels,
                features: sizes.features, convolutions: sizes.depth, rectifier: sizes.rectifier, random: random)
        })

    /// Public ncnn files for other scales than 4 resize the result at the end: cubic with a = −0.75, without
    /// antialiasing, pixel centers aligned.
    private static func stepsOfCompact(_ graph: NcnnSteps) -> (CompactParameters, [NcnnSteps.Step])? {
        let shuffles = graph.steps.compactMap { if case .shuffle(let factor) = $0 { factor } else { nil } }
        let hidden = graph.steps.filter { $0 == .weights }.count - 1
        guard hidden >= 0, shuffles.count == 1, let scale = shuffles.first, scale >= 1, scale <= 16,
            let first = graph.shapes.first, first.rank == 4, let last = graph.shapes.last,
            last[0] % (scale * scale) == 0
        else { return nil }
        var expected = (0...hidden).flatMap { _ in [NcnnSteps.Step.convolution(slope: nil), .weights] }
        expected += [.convolution(slope: nil), .shuffle(scale), .nearest(Double(scale)), .add]
        var sizes = CompactParameters(
            scale: scale, depth: hidden, features: first[0], inputChannels: first[1],
            outputChannels: last[0] / (scale * scale))
        if case .bicubic(let factor)? = graph.steps.last, graph.steps.count == expected.count + 1 {
            expected.append(.bicubic(factor))
            sizes.resize = factor
        }
        return (sizes, expected)
    }
}
