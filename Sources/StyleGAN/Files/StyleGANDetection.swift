import ForeignWeights
import Models

extension Architecture {
    /// The license of the files that exist.
    static let styleGANLicense = "its author's; NVIDIA's StyleGAN models are for non-commercial use only"
}

extension Array where Element == Architecture {
    /// StyleGAN's generators.
    package static let styleGANs: [Architecture] = [.styleGAN2, .styleGAN3]
}

extension TensorShapes {
    /// The mapping network of both generators; nil if there is none.
    fileprivate var mapping: (latentSize: Int, styleSize: Int, layers: Int, classes: Int)? {
        guard let first = self["mapping.fc0.weight", rank: 2] else { return nil }
        let classes = self["mapping.embed.weight", rank: 2]?[1] ?? 0
        let latentSize = first[1] - (classes > 0 ? first[0] : 0)
        guard latentSize > 0 else { return nil }
        return (latentSize, first[0], count { "mapping.fc\($0).weight" }, classes)
    }

    /// Whether the file states nothing that these networks do not do.
    fileprivate var isUsual: Bool {
        func text(_ name: String, is usual: String) -> Bool {
            if case .text(let value)? = setting(name) { value == usual } else { true }
        }
        let multipliers = ["mapping_kwargs.lr_multiplier", "mapping_lrmul"].compactMap { number($0) }
        let filters = ["synthesis_kwargs.resample_filter", "resample_kernel"].compactMap { setting($0) }
        let noises = ["synthesis_kwargs.use_noise", "use_noise"].compactMap { setting($0) }
        return multipliers.allSatisfy { $0 == 0.01 } && filters.allSatisfy { $0 == .numbers([1, 3, 3, 1]) }
            && noises.allSatisfy { $0 == .boolean(true) }
            && ["mapping_kwargs.activation", "synthesis_kwargs.activation", "mapping_nonlinearity", "nonlinearity"]
                .allSatisfy { text($0, is: "lrelu") }
    }
}

extension StyleGANParameters {
    /// Those of a file of stylegan2-ada-pytorch; nil for any other file.
    init?(_ shapes: TensorShapes) {
        guard let start = shapes["synthesis.b4.const", rank: 3], let mapping = shapes.mapping, shapes.isUsual else {
            return nil
        }
        self.init()
        let levels = shapes.count { "synthesis.b\(4 << min($0, 20)).conv1.weight" }
        guard (1...20).contains(levels), start[1...].allSatisfy({ (1...1024).contains($0) }) else { return nil }
        let (first, last) = ("synthesis.b4", "synthesis.b\(4 << (levels - 1))")
        guard let rgb = shapes[last + ".torgb.weight", rank: 4] else { return nil }
        let factor = 1 << (levels - 1)
        image = ImageShape(
            size: max(start[1], start[2]) * factor, channels: rgb[0], contentWidth: start[2] * factor,
            contentHeight: start[1] * factor)
        (startHeight, startWidth) = (start[1], start[2])
        (latentSize, styleSize) = (mapping.latentSize, mapping.styleSize)
        (mappingLayers, classCount) = (mapping.layers, mapping.classes)
        (channelBase, channelMax) = (rgb[1] * 4 << (levels - 1), start[0])
        if shapes.has("synthesis.b8.skip.weight") {
            form = .residual
        } else {
            form = shapes.has(first + ".torgb.weight") ? .skip : .original
        }
        clamp = shapes.number("synthesis_kwargs.conv_clamp") ?? shapes.number("conv_clamp") ?? 0
        latentSource = .numpy
    }
}

extension AliasFreeParameters {
    /// Those of a file of stylegan3; nil for any other file. What the file does not state is as in that program.
    init?(_ shapes: TensorShapes) {
        guard let waves = shapes["synthesis.input.freqs", rank: 2], let mapping = shapes.mapping, shapes.isUsual else {
            return nil
        }
        self.init()
        // L6_32_3: the number, the size, the channels.
        let names = shapes.names.compactMap { name -> (index: Int, size: Int, channels: Int, name: String)? in
            let parts = name.split(separator: ".")
            guard parts.count == 3, parts[0] == "synthesis", parts[2] == "weight" else { return nil }
            let numbers = parts[1].dropFirst().split(separator: "_").map { Int($0) }
            guard parts[1].first == "L", numbers.count == 3, let index = numbers[0], let size = numbers[1],
                let channels = numbers[2]
            else { return nil }
            return (index, size, channels, name)
        }.sorted { $0.index < $1.index }
        guard let first = names.first, let last = names.last, let kernels = shapes[first.name, rank: 4] else {
            return nil
        }
        image = ImageShape(size: shapes.integer("img_resolution") ?? last.size, channels: last.channels)
        (latentSize, styleSize) = (mapping.latentSize, mapping.styleSize)
        (mappingLayers, classCount) = (mapping.layers, mapping.classes)
        (layers, kernel) = (last.index, kernels[2])
        isRadial = shapes.names.contains { $0.hasSuffix(".down_filter") && shapes[$0, rank: 2] != nil }
        channelBase = shapes.integer("channel_base") ?? channelBase
        channelMax = shapes.integer("channel_max") ?? max(waves[0], first.channels)
        criticalLayers = shapes.integer("num_critical") ?? criticalLayers
        firstCutoff = shapes.number("first_cutoff") ?? firstCutoff
        firstStopband = shapes.number("first_stopband") ?? firstStopband
        lastStopbandRatio = shapes.number("last_stopband_rel") ?? lastStopbandRatio
        margin = shapes.integer("margin_size") ?? margin
        outputScale = shapes.number("output_scale") ?? outputScale
        filterTaps = shapes.integer("filter_size") ?? filterTaps
        activationRate = shapes.integer("lrelu_upsampling") ?? activationRate
        clamp = shapes.setting("conv_clamp") == WeightSetting.none ? 0 : shapes.number("conv_clamp") ?? clamp
    }
}
