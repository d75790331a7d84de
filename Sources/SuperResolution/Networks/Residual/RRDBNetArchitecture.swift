import ForeignWeights
import Models

/// The parameters of ESRGAN's and Real-ESRGAN's large generator.
package struct RRDBNetParameters: UpscalerParameters {
    /// A power of two up to 16; less than the doublings give turns pixels into channels first.
    package var scale = 4
    /// Residual-in-residual dense blocks: 23, or 6 in the anime variant.
    package var depth = 23
    /// Channels between the dense blocks.
    package var features = 64
    /// Channels that each convolution of a dense block adds.
    package var growth = 32
    /// Nearest-neighbor doublings before the result; one whose scale needs more has more.
    package var doublings = 2
    /// Whether dense blocks have the additional residual paths of ESRGAN+.
    package var plus = false
    /// Channels of the input.
    package var inputChannels = 3
    /// Channels of the output.
    package var outputChannels = 3
    /// The factor by which the result is resized at the end; 1 for none.
    package var resize = 1.0

    /// The public network ×4.
    package init() {}

    init(scale: Int, depth: Int, features: Int, growth: Int, inputChannels: Int, outputChannels: Int) {
        (self.scale, self.depth, self.features, self.growth) = (scale, depth, features, growth)
        (self.inputChannels, self.outputChannels) = (inputChannels, outputChannels)
    }

    /// As many doublings as the network has.
    var actualDoublings: Int { min(max(doublings, scale.trailingZeroBitCount), 4) }

    /// The side of the squares of pixels that become channels.
    var fold: Int { max((1 << actualDoublings) / max(scale, 1), 1) }

    var sizesInWords: String {
        "\(depth) blocks, \(features) features, growth \(growth)"
            + (fold == 1 ? "" : ", squares of \(fold)×\(fold) pixels as channels")
    }
}

extension Architecture {
    /// ESRGAN's and Real-ESRGAN's large generator, in the public code `RRDBNet`; also by the names of 2018 and 2019.
    public static let rrdb = Architecture(
        id: "rrdb", family: .upscaler, parameters: RRDBNetParameters.self,
        limits: { sizes throws(ParameterError) in
            try ParameterError.check("growth", sizes.growth, in: 1...1024)
            try ParameterError.check("doublings", sizes.doublings, in: 0...4)
            try sizes.check(scales: [1, 2, 4, 8, 16], channelsFit: true)
        },
        multiple: { $0.fold },
        words: { $0.words($0.plus ? "RRDBNet+" : "RRDBNet", $0.sizesInWords) },
        formerNames: { RRDBNetNames($0)?.present },
        detect: { shapes in
            guard let first = shapes["conv_first.weight", rank: 4], let last = shapes["conv_last.weight", rank: 4],
                let dense = shapes["body.0.rdb1.conv1.weight", rank: 4]
            else { return nil }
            let doublings = shapes.count { "conv_up\($0 + 1).weight" }
            // Input and output have the same number of channels, unless pixels became channels.
            let fold = first[1] == 16 * last[0] ? 4 : first[1] == 4 * last[0] ? 2 : 1
            guard doublings <= 4, (1 << doublings) % fold == 0 else { return nil }
            var sizes = RRDBNetParameters(
                scale: (1 << doublings) / fold, depth: shapes.count { "body.\($0).rdb1.conv1.weight" },
                features: first[0], growth: dense[0], inputChannels: first[1] / (fold * fold),
                outputChannels: last[0])
            (sizes.doublings, sizes.plus) = (doublings, shapes.has("body.0.rdb1.conv1x1.weight"))
            return sizes
        },
        detectSteps: { stepsOfRRDBNet($0) },
        make: { sizes, random in
            RRDBNet(
                scale: sizes.scale, inputs: sizes.inputChannels, outputs: sizes.outputChannels,
                features: sizes.features, blocks: sizes.depth, growth: sizes.growth,
                doublings: sizes.actualDoublings, plus: sizes.plus, random: random)
        })

    private static func stepsOfRRDBNet(_ graph: NcnnSteps) -> (RRDBNetParameters, [NcnnSteps.Step])? {
        let shapes = graph.shapes
        guard graph.steps.contains(.join(5)), shapes.count >= 21, (shapes.count - 6) % 15 == 0,
            let last = shapes.last, shapes[0].rank == 4
        else { return nil }
        let sizes = RRDBNetParameters(
            scale: 4, depth: (shapes.count - 6) / 15, features: shapes[0][0], growth: shapes[1][0],
            inputChannels: shapes[0][1], outputChannels: last[0])
        let leaky = NcnnSteps.Step.convolution(slope: 0.2)
        let dense: [NcnnSteps.Step] =
            (2...5).flatMap { [leaky, .join($0)] } + [.convolution(slope: nil), .scaledAdd(0.2)]
        let block = dense + dense + dense + [.scaledAdd(0.2)]
        let body = (0..<sizes.depth).flatMap { _ in block }
        let tail: [NcnnSteps.Step] = [
            .convolution(slope: nil), .add, .nearest(2), leaky, .nearest(2), leaky, leaky, .convolution(slope: nil),
        ]
        return (sizes, [.convolution(slope: nil)] + body + tail)
    }
}
