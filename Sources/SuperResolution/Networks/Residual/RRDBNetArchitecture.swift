import ForeignWeights
import Models

/// The parameters of ESRGAN's and Real-ESRGAN's large generator.
package struct RRDBNetParameters: UpscalerParameters {
    /// 4; 2 and 1 turn pixels into channels first.
    package var scale = 4
    /// Residual-in-residual dense blocks: 23, or 6 in the anime variant.
    package var depth = 23
    /// Channels between the dense blocks.
    package var features = 64
    /// Channels that each convolution of a dense block adds.
    package var growth = 32
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
}

extension Architecture {
    /// ESRGAN's and Real-ESRGAN's large generator, in the public code `RRDBNet`; also by the names of 2018 and 2019.
    public static let rrdb = Architecture(
        id: "rrdb", family: .upscaler, parameters: RRDBNetParameters.self,
        limits: { sizes throws(ParameterError) in
            try ParameterError.check("growth", sizes.growth, in: 1...1024)
            try sizes.check(scales: [1, 2, 4], channelsFit: true)
        },
        multiple: { 4 / $0.scale },
        words: { $0.words("RRDBNet", "\($0.depth) blocks, \($0.features) features, growth \($0.growth)") },
        formerNames: { shapes in
            if shapes.has("model.0.weight") && shapes.has("model.1.sub.0.RDB1.conv1.0.weight") {
                return namesOf2018(shapes)
            }
            return shapes.has("RRDB_trunk.0.RDB1.conv1.weight") ? { nameOf2019($0) } : nil
        },
        detect: { shapes in
            guard let first = shapes["conv_first.weight", rank: 4], let last = shapes["conv_last.weight", rank: 4],
                let dense = shapes["body.0.rdb1.conv1.weight", rank: 4]
            else { return nil }
            // Input and output have the same number of channels, unless pixels became channels.
            let fold = first[1] == 16 * last[0] ? 4 : first[1] == 4 * last[0] ? 2 : 1
            return RRDBNetParameters(
                scale: 4 / fold, depth: shapes.count { "body.\($0).rdb1.conv1.weight" }, features: first[0],
                growth: dense[0], inputChannels: first[1] / (fold * fold), outputChannels: last[0])
        },
        detectSteps: { stepsOfRRDBNet($0) },
        make: { sizes, random in
            RRDBNet(
                scale: sizes.scale, inputs: sizes.inputChannels, outputs: sizes.outputChannels,
                features: sizes.features, blocks: sizes.depth, growth: sizes.growth, random: random)
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

    /// ESRGAN's own code of 2019: `RRDB_trunk.3.RDB1.conv2`.
    private static func nameOf2019(_ name: Substring) -> String {
        let whole = ["trunk_conv": "conv_body", "upconv1": "conv_up1", "upconv2": "conv_up2", "HRconv": "conv_hr"]
        if name.hasPrefix("RRDB_trunk.") {
            return "body." + name.dropFirst("RRDB_trunk.".count).replacing("RDB", with: "rdb")
        }
        return whole[String(name)] ?? String(name)
    }

    /// The code of 2018, nameless sequences: `model.1.sub.3.RDB1.conv2.0`; behind the trunk come an upsampling and a
    /// convolution for each doubling, then the last two convolutions.
    private static func namesOf2018(_ shapes: TensorShapes) -> (Substring) -> String {
        let tail = shapes.names.compactMap { name -> Int? in
            let steps = name.split(separator: ".")
            return steps.count == 3 && steps[0] == "model" && steps[2] == "weight" ? Int(steps[1]) : nil
        }.filter { $0 > 1 }.sorted()
        var names = ["model.0": "conv_first"]
        for (place, index) in tail.enumerated() {
            let behind = tail.count - place
            names["model.\(index)"] = behind == 1 ? "conv_last" : behind == 2 ? "conv_hr" : "conv_up\(place + 1)"
        }
        return { name in
            if let known = names[String(name)] { return known }
            let steps = name.split(separator: ".")
            guard steps.count >= 4, steps[0] == "model", steps[1] == "1", steps[2] == "sub" else { return String(name) }
            if steps.count == 4 { return "conv_body" }
            guard steps.count == 7, steps[6] == "0" else { return String(name) }
            return "body.\(steps[3]).\(steps[4].replacing("RDB", with: "rdb")).\(steps[5])"
        }
    }
}
