import Layers
import Models

extension RectangleAttention {
    /// Whether a tensor only repeats what the sizes say: places in windows, masks for images of the training's size.
    static func isSurplus(_ name: String) -> Bool {
        name.hasSuffix(".relative_position_index") || name.hasSuffix(".attn_mask_0") || name.hasSuffix(".attn_mask_1")
    }

    /// The sides of a window as the shapes of a file show them, the shorter one first: their product, and the number of
    /// places. Without the product they are taken for powers of two. Nil if there are no windows.
    static func split(_ shapes: TensorShapes) -> [Int]? {
        let half = "layers.0.blocks.0.attn.attns.0"
        guard let places = shapes["\(half).rpe_biases", rank: 2]?[0] else { return nil }
        let pixels = shapes["\(half).relative_position_index", rank: 2]?[0]
        for height in 1...64 where places.isMultiple(of: 2 * height - 1) {
            let width = (places / (2 * height - 1) + 1) / 2
            guard width >= height, (2 * height - 1) * (2 * width - 1) == places else { continue }
            if pixels.map({ $0 == height * width }) ?? (height.nonzeroBitCount == 1 && width.nonzeroBitCount == 1) {
                return [height, width]
            }
        }
        return nil
    }

    /// Refuses windows, heads and hidden channels that do not fit together.
    static func check(_ sizes: some TrunkParameters, split: [Int], hidden: Int) throws(ParameterError) {
        guard split.count == 2, split[0] >= 2, split[0] <= split[1], split[1] <= 64 else {
            throw ParameterError("split is \(split), it must be two sides from 2 to 64, the shorter one first")
        }
        guard hidden.isMultiple(of: 2) && (2...65536).contains(hidden) else {
            throw ParameterError("hidden is \(hidden), it must be even and from 2 to 65536")
        }
        guard sizes.features.isMultiple(of: 2), sizes.features >= 32 else {
            throw ParameterError("features is \(sizes.features), it must be even and at least 32")
        }
        for count in sizes.heads where count < 2 || !(sizes.features / 2).isMultiple(of: count / 2) {
            throw ParameterError("heads is \(count), whose half must divide half of \(sizes.features) features")
        }
    }
}

extension TrunkParameters {
    /// The groups with their blocks and heads, as a file's names and shapes show them.
    ///
    /// - Parameter stated: the number of heads that a tensor of the group has; nil if none has it.
    mutating func readGroups(_ shapes: TensorShapes, _ stated: (String) -> Int?) {
        let groups = shapes.count { "layers.\($0).blocks.0.norm1.weight" }
        blocks = (0..<groups).map { group in
            shapes.count { "layers.\(group).blocks.\($0).norm1.weight" }
        }
        heads = (0..<groups).map { group in
            let half = shapes["layers.\(group).blocks.0.attn.attns.0.pos.pos3.2.weight", rank: 2]?[0] ?? 1
            return stated("layers.\(group)") ?? 2 * half
        }
    }
}
