import Layers
import Models
import TensorCore

extension ForeignLayout {
    /// rosinality's StyleGAN2 for PyTorch (`g_ema`, `latent_avg`). Checkpoints of a training lack the average style; it
    /// is then that of 4096 latent vectors, as the program itself takes it.
    static let styleGAN2Rosinality = ForeignLayout(
        "rosinality", saved: { $0.savedForRosinality },
        reading: { shapes in
            guard shapes.has("style.1.weight"), shapes.has("input.input") else { return nil }
            var made = MadeTensors(shapes)
            let depth = shapes.count { "style.\($0 + 1).weight" }
            for index in 0..<depth {
                made.take("mapping.fc\(index).weight", "style.\(index + 1).weight", rank: 2)
                made.take("mapping.fc\(index).bias", "style.\(index + 1).bias", rank: 1)
            }
            made.take("mapping.w_avg", "latent_avg", rank: 1)
            made.takeFirst("mapping.w_avg", "latent_avg", rank: 2, dropping: 1)
            if made.sources["mapping.w_avg"] == nil { made.averageStyles(depth) }
            made.takeFirst("synthesis.b4.const", "input.input", rank: 4, dropping: 1)
            made.takeLayer("synthesis.b4.conv1", "conv1", noise: 0)
            made.takeImage("synthesis.b4.torgb", "to_rgb1")
            for level in 0..<min(shapes.count({ "to_rgbs.\($0).bias" }), 20) {
                let block = "synthesis.b\(8 << level)"
                for half in 0...1 {
                    made.takeLayer("\(block).conv\(half)", "convs.\(2 * level + half)", noise: 2 * level + half + 1)
                }
                made.takeImage(block + ".torgb", "to_rgbs.\(level)")
            }
            return made.sources
        })
}

extension MadeTensors {
    /// A layer with its noise.
    fileprivate mutating func takeLayer(_ new: String, _ old: String, noise: Int) {
        takeFirst(new + ".weight", old + ".conv.weight", rank: 5, dropping: 1)
        take(new + ".bias", old + ".activate.bias", rank: 1)
        takeFirst(new + ".noise_strength", old + ".noise.weight", rank: 1, dropping: 1)
        takeFirst(new + ".noise_const", "noises.noise_\(noise)", rank: 4, dropping: 2)
        takeModulation(new, old)
    }

    fileprivate mutating func takeImage(_ new: String, _ old: String) {
        takeFirst(new + ".weight", old + ".conv.weight", rank: 5, dropping: 1)
        if let shape = shapes[old + ".bias", rank: 4], shape[0] == 1, shape[2] == 1, shape[3] == 1 {
            add(new + ".bias", [old + ".bias"], [shape[1]]) { $0[0].reshaped(to: [shape[1]]) }
        }
        takeModulation(new, old)
    }

    private mutating func takeModulation(_ new: String, _ old: String) {
        take(new + ".affine.weight", old + ".conv.modulation.weight", rank: 2)
        take(new + ".affine.bias", old + ".conv.modulation.bias", rank: 1)
    }

    /// The mean of the styles of 4096 latent vectors.
    fileprivate mutating func averageStyles(_ depth: Int) {
        let names = (1...max(depth, 1)).flatMap { ["style.\($0).weight", "style.\($0).bias"] }
        guard let first = shapes["style.1.weight", rank: 2],
            (1...depth).allSatisfy({ index in
                shapes["style.\(index).weight", rank: 2] == [first[0], index == 1 ? first[1] : first[0]]
                    && shapes["style.\(index).bias", rank: 1] == [first[0]]
            })
        else { return }
        add("mapping.w_avg", names, [first[0]]) { parts in
            let mapping = MappingNetwork(
                latentSize: first[1], classes: 0, styleSize: first[0], depth: depth, random: Random(seed: 0))
            for (layer, index) in zip(mapping.layers.modules, 0..<depth) {
                layer.weight.assign(parts[2 * index])
                layer.bias.assign(parts[2 * index + 1])
            }
            let latents = SeededLatents.normal(seeds: [0], size: 4096 * first[1], from: .numpy)
            return mapping(latents.reshaped(to: [4096, first[1]]), classes: nil, .inference).mean(axes: [0])
        }
    }
}
