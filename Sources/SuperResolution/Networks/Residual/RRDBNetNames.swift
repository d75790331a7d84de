import Models

/// The names that programs have given to the layers of ESRGAN's generator since 2018, also mixed with each other.
///
/// ESRGAN's code of 2018 has nameless sequences: `model.1.sub.3.RDB1.conv2.0`; behind the trunk come an upsampling and a
/// convolution for each doubling, then the last two convolutions. That of 2019 writes `RRDB_trunk.3.RDB1.conv2`.
struct RRDBNetNames {
    /// The layers outside of the trunk, by their former names.
    private let known: [String: String]

    /// - Returns: nil for tensors that have no former names.
    init?(_ shapes: TensorShapes) {
        let isOf2018 = ["conv1.0", "conv1x1"].contains { shapes.has("model.1.sub.0.RDB1.\($0).weight") }
        let former = ["RRDB_trunk.0.RDB1.conv1", "trunk_conv", "HRconv", "upconv1"]
        if isOf2018, shapes.has("model.0.weight") {
            known = Self.sequence(shapes)
        } else if shapes.has("conv_first.weight"), former.contains(where: { shapes.has($0 + ".weight") }) {
            let doublings = (1...4).map { ("upconv\($0)", "conv_up\($0)") }
            known = Dictionary(
                uniqueKeysWithValues: doublings + [("trunk_conv", "conv_body"), ("HRconv", "conv_hr")])
        } else {
            return nil
        }
    }

    /// The names of the convolutions of a sequence behind the trunk, from their positions.
    private static func sequence(_ shapes: TensorShapes) -> [String: String] {
        let tail = shapes.names.compactMap { name -> Int? in
            let steps = name.split(separator: ".")
            return steps.count == 3 && steps[0] == "model" && steps[2] == "weight" ? Int(steps[1]) : nil
        }.filter { $0 > 1 }.sorted()
        var names = ["model.0": "conv_first"]
        for (place, index) in tail.enumerated() {
            let behind = tail.count - place
            names["model.\(index)"] = behind == 1 ? "conv_last" : behind == 2 ? "conv_hr" : "conv_up\(place + 1)"
        }
        return names
    }

    /// The present name of a layer.
    func present(_ name: Substring) -> String {
        if let known = known[String(name)] { return known }
        let steps = name.split(separator: ".")
        if steps.starts(with: ["model", "1", "sub"]) {
            if steps.count == 4 { return "conv_body" }
            let isPlain = steps.count == 6 && steps[5] == "conv1x1"
            guard steps.count == 7 && steps[6] == "0" || isPlain else { return String(name) }
            return block(steps[3...5])
        }
        return steps.count == 4 && steps[0] == "RRDB_trunk" ? block(steps[1...3]) : String(name)
    }

    private func block(_ steps: ArraySlice<Substring>) -> String {
        "body." + steps.joined(separator: ".").replacing("RDB", with: "rdb")
    }
}
