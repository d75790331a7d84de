import ForeignWeights
import Models

/// The parameters of Real-CUGAN's and waifu2x's pairs of U-Nets.
package struct CUNetParameters: UpscalerParameters {
    /// 2 to 4; 1 for waifu2x's networks that only remove noise.
    package var scale = 2
    /// U-Nets, always 2.
    package var depth = 2
    /// Channels at the highest level, always 64.
    package var features = 64
    /// Channels of the input.
    package var inputChannels = 3
    /// Channels of the output.
    package var outputChannels = 3
    /// The factor by which the result is resized at the end; 1 for none.
    package var resize = 1.0
    /// Whether values are compressed to 0.15 … 0.85, as in Real-CUGAN's “pro” models.
    package var compressed = false
    /// Whether squares of four pixels become channels first, as in Real-CUGAN's fast form ×2.
    package var folded = false
    /// Whether channels are weighted by their means.
    package var attention = true

    /// The network ×2.
    package init() {}
}

extension Architecture {
    /// Real-CUGAN, and waifu2x's cascaded U-Nets.
    public static let cugan = Architecture(
        id: "cugan", aliases: ["real-cugan", "cunet"], family: .upscaler, wraps: false,
        parameters: CUNetParameters.self,
        limits: { sizes throws(ParameterError) in
            let (inputs, outputs) = (sizes.inputChannels, sizes.outputChannels)
            // The last step adds the input, if it has one.
            try sizes.check(
                scales: sizes.folded ? [2] : [1, 2, 3, 4],
                channelsFit: inputs == outputs || inputs == 1 && (sizes.folded || sizes.scale == 4))
            try ParameterError.check("depth", sizes.depth, in: 2...2)
            try ParameterError.check("features", sizes.features, in: 64...64)
        },
        multiple: { $0.folded || $0.scale % 2 == 1 ? 4 : 2 },
        words: { $0.words("Real-CUGAN", $0.compressed ? "pro" : $0.attention ? "two U-Nets" : "without attention") },
        detect: { shapes in
            guard let first = shapes["unet1.conv1.conv.0.weight", rank: 4],
                let bottom = shapes["unet1.conv_bottom.weight", rank: 4],
                let last = shapes["unet2.conv_bottom.weight", rank: 4], shapes.has("unet2.conv4_up.weight")
            else { return nil }
            var sizes = CUNetParameters()
            (sizes.compressed, sizes.attention) = (shapes.has("pro"), shapes.has("unet2.conv2.seblock.conv1.weight"))
            (sizes.inputChannels, sizes.outputChannels) = (first[1], last[0])
            if let final = shapes["conv_final.weight", rank: 4] {
                sizes.outputChannels = final[0] / 4
                sizes.folded = sizes.outputChannels * 4 == first[1]
                sizes.scale = sizes.folded ? 2 : 4
                if sizes.folded { sizes.inputChannels = first[1] / 4 }
            } else {
                sizes.scale = bottom[2] == 5 ? 3 : bottom[2] == 4 ? 2 : 1
            }
            return sizes
        },
        detectSteps: { stepsOfCUNet($0) },
        make: { CUNet($0, random: $1) })

    private static func stepsOfCUNet(_ graph: NcnnSteps) -> (CUNetParameters, [NcnnSteps.Step])? {
        let (steps, shapes) = (graph.steps, graph.shapes)
        guard steps.contains(.crop(20)), steps.contains(.crop(16)), let first = shapes.first, first.rank == 4,
            let last = shapes.last, last.rank == 4
        else { return nil }
        var sizes = CUNetParameters()
        sizes.attention = steps.contains(.means)
        (sizes.inputChannels, sizes.outputChannels) = (first[1], last[0])
        if steps.contains(.shuffle(2)) {
            (sizes.scale, sizes.outputChannels) = (4, last[0] / 4)
        } else if steps.contains(.transposed(kernel: 5, stride: 3, padding: 2, slope: nil)) {
            sizes.scale = 3
        } else if !steps.contains(.transposed(kernel: 4, stride: 2, padding: 3, slope: nil)) {
            sizes.scale = 1
        }
        // In ncnn's files of the “pro” models the weights take and give values that are not compressed.
        let cropsLast = steps.suffix(2).elementsEqual([.crop(20), .add])
        return (sizes, expectedSteps(of: sizes, cropsFirst: cropsFirst(steps), cropsLast: cropsLast))
    }

    private static func cropsFirst(_ steps: [NcnnSteps.Step]) -> Bool {
        let up = NcnnSteps.Step.transposed(kernel: 2, stride: 2, padding: 0, slope: 0.1)
        guard let crop = steps.firstIndex(of: .crop(4)), let transposed = steps.firstIndex(of: up) else { return true }
        return crop < transposed
    }

    /// - Parameters:
    ///   - cropsFirst: whether what goes across is cut before the other operand is enlarged, or behind.
    ///   - cropsLast: whether the result of the first U-Net is cut behind all convolutions of the second.
    private static func expectedSteps(
        of sizes: CUNetParameters, cropsFirst: Bool, cropsLast: Bool
    ) -> [NcnnSteps.Step] {
        func inside(_ slope: Double?, kernel: Int = 3, stride: Int = 1) -> NcnnSteps.Step {
            .inside(kernel: kernel, stride: stride, slope: slope)
        }
        let (plain, down) = ([inside(0.1), inside(0.1)], inside(0.1, kernel: 2, stride: 2))
        let weighted =
            plain + (sizes.attention ? [.means, .connected(.relu), .connected(.sigmoid), .multiply] : [])
        func across(_ amount: Int) -> [NcnnSteps.Step] {
            let up = NcnnSteps.Step.transposed(kernel: 2, stride: 2, padding: 0, slope: 0.1)
            return (cropsFirst ? [.crop(amount), up] : [up, .crop(amount)]) + [.add]
        }
        let bottom: NcnnSteps.Step =
            switch sizes.scale {
            case 1: inside(nil)
            case 3: .transposed(kernel: 5, stride: 3, padding: 2, slope: nil)
            default: .transposed(kernel: 4, stride: 2, padding: 3, slope: nil)
            }
        var steps = plain + [down] + weighted + across(4) + [inside(0.1), bottom]
        steps += plain + [down] + weighted + [down] + weighted + across(4) + weighted + across(16)
        let last = [inside(0.1), inside(nil)]
        steps += cropsLast ? last + [.crop(20), .add] : [.crop(20)] + last + [.add]
        if sizes.scale == 4 { steps += [inside(nil), .crop(1), .shuffle(2)] }
        return steps
    }
}
