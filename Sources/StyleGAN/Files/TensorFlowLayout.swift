import Models
import TensorCore

extension ForeignLayout {
    /// StyleGAN2's TensorFlow program: matrices are `[inputs, outputs]`, kernels `[height, width, inputs, outputs]` and
    /// those before which the size doubles turned by half; affine biases lack their 1.
    static let styleGAN2TensorFlow = ForeignLayout(
        "stylegan2-tensorflow",
        reading: { shapes in
            guard shapes.has("mapping/Dense0/weight"), shapes.has("synthesis/4x4/Const/const") else { return nil }
            var made = MadeTensors(shapes)
            made.take("mapping.w_avg", "dlatent_avg", rank: 1)
            made.takeMatrix("mapping.embed.weight", "mapping/LabelEmbed/weight")
            made.take("mapping.embed.bias", "mapping/LabelEmbed/bias", rank: 1)
            for index in 0..<shapes.count({ "mapping/Dense\($0)/weight" }) {
                made.takeMatrix("mapping.fc\(index).weight", "mapping/Dense\(index)/weight")
                made.take("mapping.fc\(index).bias", "mapping/Dense\(index)/bias", rank: 1)
            }
            made.takeFirst("synthesis.b4.const", "synthesis/4x4/Const/const", rank: 4, dropping: 1)
            let levels = 1 + shapes.count { "synthesis/\(8 << min($0, 20))x\(8 << min($0, 20))/Conv1/weight" }
            for level in 0..<min(levels, 20) {
                let size = 4 << level
                let (new, old) = ("synthesis.b\(size)", "synthesis/\(size)x\(size)")
                if level > 0 {
                    made.takeLayer(new + ".conv0", old + "/Conv0_up", isTurned: true)
                    made.takeFirst(new + ".conv0.noise_const", "synthesis/noise\(2 * level - 1)", rank: 4, dropping: 2)
                    made.takeKernel(new + ".skip.weight", old + "/Skip/weight", isTurned: true)
                }
                made.takeLayer(new + ".conv1", old + (level > 0 ? "/Conv1" : "/Conv"), isTurned: false)
                made.takeFirst(new + ".conv1.noise_const", "synthesis/noise\(2 * level)", rank: 4, dropping: 2)
                let last = "synthesis/ToRGB_lod0"
                let isOriginal = level == levels - 1 && shapes.has(last + "/weight")
                made.takeLayer(new + ".torgb", isOriginal ? last : old + "/ToRGB", isTurned: false)
            }
            return made.sources
        })
}

/// Tensors of a network, made from those of a file, as far as it has them.
struct MadeTensors {
    let shapes: TensorShapes
    private(set) var sources: [String: ForeignLayout.Source] = [:]

    init(_ shapes: TensorShapes) { self.shapes = shapes }

    mutating func add(
        _ new: String, _ old: [String], _ shape: [Int], _ make: @escaping @Sendable ([Tensor]) -> Tensor
    ) {
        sources[new] = ForeignLayout.Source(old, shape, make)
    }

    /// A tensor as it is.
    mutating func take(_ new: String, _ old: String, rank: Int) {
        guard let shape = shapes[old, rank: rank] else { return }
        add(new, [old], shape) { $0[0] }
    }

    /// A tensor without its first axes, whose extent is 1.
    mutating func takeFirst(_ new: String, _ old: String, rank: Int, dropping count: Int) {
        guard let shape = shapes[old, rank: rank], shape[..<count].allSatisfy({ $0 == 1 }) else { return }
        let rest = Array(shape[count...])
        add(new, [old], rest) { $0[0].reshaped(to: Shape(rest)) }
    }

    /// A matrix, transposed.
    mutating func takeMatrix(_ new: String, _ old: String) {
        guard let shape = shapes[old, rank: 2] else { return }
        add(new, [old], [shape[1], shape[0]]) { $0[0].transposed() }
    }

    /// A kernel in PyTorch's order.
    mutating func takeKernel(_ new: String, _ old: String, isTurned: Bool) {
        guard let shape = shapes[old, rank: 4] else { return }
        add(new, [old], [shape[3], shape[2], shape[0], shape[1]]) { parts in
            let kernel = parts[0].permuted([3, 2, 0, 1])
            return isTurned ? kernel.flipped(axis: 2).flipped(axis: 3) : kernel
        }
    }

    /// A layer whose kernel depends on the style.
    fileprivate mutating func takeLayer(_ new: String, _ old: String, isTurned: Bool) {
        takeKernel(new + ".weight", old + "/weight", isTurned: isTurned)
        take(new + ".bias", old + "/bias", rank: 1)
        if !new.hasSuffix("torgb") { take(new + ".noise_strength", old + "/noise_strength", rank: 0) }
        takeMatrix(new + ".affine.weight", old + "/mod_weight")
        guard let shape = shapes[old + "/mod_bias", rank: 1] else { return }
        add(new + ".affine.bias", [old + "/mod_bias"], shape) { $0[0] + 1 }
    }
}
