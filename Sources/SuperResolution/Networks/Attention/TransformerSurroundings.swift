import Models

/// What the names and shapes of a file say of the layers around the groups of a transformer.
struct TransformerSurroundings {
    let scale: Int
    let features: Int
    let inputChannels: Int
    let outputChannels: Int
    let connection: TransformerConnection
    let upsampler: TransformerUpsampler
    let upsampledFeatures: Int
    let unshuffle: Int

    /// Nil if there are no such layers.
    init?(_ shapes: TensorShapes) {
        guard let first = shapes["conv_first.weight", rank: 4] else { return nil }
        features = first[0]
        connection =
            shapes.has("conv_after_body.weight") ? .one : shapes.has("conv_after_body.0.weight") ? .three : .none
        if let wide = shapes["conv_before_upsample.0.weight", rank: 4] {
            upsampledFeatures = wide[0]
            upsampler = shapes.has("conv_up1.weight") || shapes.has("conv_hr.weight") ? .nearest : .shuffle
        } else {
            upsampledFeatures = 64
            upsampler = shapes.has("upsample.0.weight") ? .shuffleDirectly : .none
        }
        if let last = shapes["conv_last.weight", rank: 4] {
            outputChannels = last[0]
            unshuffle = (2...8).first { $0 * $0 * last[0] == first[1] } ?? 1
            inputChannels = first[1] / (unshuffle * unshuffle)
        } else {
            // As many channels come out as go in.
            (unshuffle, inputChannels, outputChannels) = (1, first[1], first[1])
        }
        var factor = 1
        switch upsampler {
        case .shuffle:
            for layer in 0..<8 {
                guard let weight = shapes["upsample.\(2 * layer).weight", rank: 4] else { break }
                factor *= (2...3).first { weight[0] == $0 * $0 * weight[1] } ?? 1
            }
        case .nearest: factor = 1 << shapes.count { "conv_up\($0 + 1).weight" }
        case .shuffleDirectly:
            guard let weight = shapes["upsample.0.weight", rank: 4] else { return nil }
            factor = (1...16).first { $0 * $0 * first[1] == weight[0] } ?? 1
        case .none: break
        }
        scale = max(factor / unshuffle, 1)
    }
}
