import ForeignWeights
import Models
import TensorCore

extension ForeignLayout {
    /// A state for stylegan2-ada-pytorch's own generator, which has its filter in every layer.
    static let styleGAN2ADA = ForeignLayout("stylegan2-ada", saved: { $0.savedForADA })

    /// A state for stylegan3's own generator.
    static let styleGAN3 = ForeignLayout(
        "stylegan3", saved: { .dictionary([("G_ema", SavedValue($0))]) })
}

extension [String: Tensor] {
    /// The filter [1, 3, 3, 1] / 8 in both directions.
    private static var filter: Tensor {
        let row = Tensor([0.125, 0.375, 0.375, 0.125], shape: [1, 4])
        return row.transposed() * row
    }

    fileprivate var savedForADA: SavedValue? {
        var tensors = self
        for name in keys where name.hasPrefix("synthesis.") {
            let parts = name.split(separator: ".").prefix(3)
            let block = "synthesis.\(parts[1])"
            tensors[block + ".resample_filter"] = Self.filter
            if parts[2].hasPrefix("conv") || parts[2] == "skip" {
                tensors["\(block).\(parts[2]).resample_filter"] = Self.filter
            }
        }
        return .dictionary([("G_ema", SavedValue(tensors))])
    }

    /// The generator of rosinality's program, which has neither classes nor other forms than skip connections.
    var savedForRosinality: SavedValue? {
        guard self["mapping.embed.weight"] == nil, self["synthesis.b8.skip.weight"] == nil,
            self["synthesis.b4.torgb.weight"] != nil
        else { return nil }
        var tensors: [String: Tensor] = [:]
        func axes(_ count: Int, before tensor: Tensor, after: Int = 0) -> Tensor {
            let ones = [Int](repeating: 1, count: count)
            let end = [Int](repeating: 1, count: after)
            return tensor.reshaped(to: Shape(ones + tensor.shape.dimensions + end))
        }
        func add(_ name: String, _ tensor: Tensor?) {
            if let tensor { tensors[name] = tensor }
        }
        for index in 0..<64 {
            add("style.\(index + 1).weight", self["mapping.fc\(index).weight"])
            add("style.\(index + 1).bias", self["mapping.fc\(index).bias"])
        }
        add("input.input", self["synthesis.b4.const"].map { axes(1, before: $0) })
        func addKernel(_ new: String, _ old: String) {
            add(new + ".conv.weight", self[old + ".weight"].map { axes(1, before: $0) })
            add(new + ".conv.modulation.weight", self[old + ".affine.weight"])
            add(new + ".conv.modulation.bias", self[old + ".affine.bias"])
        }
        func addLayer(_ new: String, _ old: String, noise: Int) {
            addKernel(new, old)
            add(new + ".activate.bias", self[old + ".bias"])
            add(new + ".noise.weight", self[old + ".noise_strength"].map { $0.reshaped(to: [1]) })
            add("noises.noise_\(noise)", self[old + ".noise_const"].map { axes(2, before: $0) })
        }
        func addImage(_ new: String, _ old: String) {
            addKernel(new, old)
            add(new + ".bias", self[old + ".bias"].map { axes(1, before: $0, after: 2) })
        }
        addLayer("conv1", "synthesis.b4.conv1", noise: 0)
        addImage("to_rgb1", "synthesis.b4.torgb")
        for level in 0..<20 where self["synthesis.b\(8 << level).conv1.weight"] != nil {
            let block = "synthesis.b\(8 << level)"
            for half in 0...1 {
                addLayer("convs.\(2 * level + half)", "\(block).conv\(half)", noise: 2 * level + half + 1)
            }
            add("convs.\(2 * level).conv.blur.kernel", Self.filter.scaled(by: 4))
            addImage("to_rgbs.\(level)", block + ".torgb")
            add("to_rgbs.\(level).upsample.kernel", Self.filter.scaled(by: 4))
        }
        var entries = [(key: "g_ema", value: SavedValue(tensors))]
        if let average = self["mapping.w_avg"] { entries.append(("latent_avg", .tensor(average))) }
        return .dictionary(entries)
    }
}
