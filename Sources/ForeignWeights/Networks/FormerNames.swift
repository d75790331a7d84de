import TensorCore

/// Names that public checkpoints had in former years, by those that they have now.
enum FormerNames {
    /// All tensors by the present names; those that no network needs any more are left out.
    static func updated(_ tensors: [String: Tensor]) -> [String: Tensor] {
        var tensors = tensors
        if tensors["model.0.weight"] != nil && tensors["model.1.sub.0.RDB1.conv1.0.weight"] != nil {
            tensors = renamed(tensors, oldest(of: tensors))
        } else if tensors["RRDB_trunk.0.RDB1.conv1.weight"] != nil {
            tensors = renamed(tensors, second)
        } else if tensors["recon_trunk.0.conv1.weight"] != nil {
            tensors = renamed(tensors, residual)
        }
        // Steps that batch normalization counted, and statistics of instance normalization, which old versions kept.
        return tensors.filter { name, _ in
            if name.hasSuffix(".num_batches_tracked") { return false }
            guard let end = [".running_mean", ".running_var"].first(where: name.hasSuffix) else { return true }
            return tensors[name.dropLast(end.count) + ".weight"] != nil
        }
    }

    private static func renamed(
        _ tensors: [String: Tensor], _ layer: (Substring) -> String
    ) -> [String: Tensor] {
        var result: [String: Tensor] = [:]
        for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
            guard let dot = name.lastIndex(of: ".") else {
                result[name] = tensor
                continue
            }
            let new = layer(name[..<dot]) + name[dot...]
            // Of two tensors that would get one name, the second keeps its own and is named as surplus later on.
            if result[new] == nil { result[new] = tensor } else { result[name] = tensor }
        }
        return result
    }

    /// ESRGAN's own code of 2019: `RRDB_trunk.3.RDB1.conv2`.
    private static func second(_ name: Substring) -> String {
        let whole = ["trunk_conv": "conv_body", "upconv1": "conv_up1", "upconv2": "conv_up2", "HRconv": "conv_hr"]
        if name.hasPrefix("RRDB_trunk.") {
            return "body." + name.dropFirst("RRDB_trunk.".count).replacing("RDB", with: "rdb")
        }
        return whole[String(name)] ?? String(name)
    }

    /// The same years' MSRResNet: `recon_trunk.3.conv1`.
    private static func residual(_ name: Substring) -> String {
        if name.hasPrefix("recon_trunk.") { return "body." + name.dropFirst("recon_trunk.".count) }
        return name == "HRconv" ? "conv_hr" : String(name)
    }

    /// The code of 2018, nameless sequences: `model.1.sub.3.RDB1.conv2.0`; behind the trunk come an upsampling and a
    /// convolution for each doubling, then the last two convolutions.
    private static func oldest(of tensors: [String: Tensor]) -> (Substring) -> String {
        let tail = tensors.keys.compactMap { name -> Int? in
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
