/// Converts the first format of `config.json`, which had no number, to the current one. It stays readable forever; no
/// other code knows about it.
///
/// In this format, the network, its use and its training were one `configuration`. Some members had other names.
enum FirstFormat {
    /// The same in the current format; a file with a format number stays as it is.
    static func upgraded(_ json: JSONValue) -> JSONValue {
        guard case .object(var members) = renamed(json), members["format"] == nil,
            var configuration = members.removeValue(forKey: "configuration")?.members
        else { return json }
        members["format"] = .integer(ModelManifest.format)
        members["classes"] = configuration.removeValue(forKey: "classNames")
        let split = members["kind"]?.text.flatMap { splits[$0] } ?? { _ in [:] }
        var architecture = split(&configuration)
        if let classes = members["classes"] { architecture["classCount"] = .integer(classes.elements.count) }
        for (key, value) in configuration.removeValue(forKey: "training")?.members ?? [:] { configuration[key] = value }
        if members["kind"]?.text == "sr" { members["valueRange"] = .array([.integer(0), .integer(1)]) }
        if members["kind"]?.text == "niqe" { members["valueRange"] = .array([.integer(0), .integer(255)]) }
        members["architecture"] = .object(architecture)
        members["training"] = .object(configuration)
        return .object(members)
    }

    /// Replaces former names by current ones everywhere.
    static func renamed(_ json: JSONValue) -> JSONValue {
        switch json {
        case .object(let members):
            var result: [String: JSONValue] = [:]
            for (key, value) in members {
                let word = value.text.map { JSONValue.text(FormerKeys.value($0, of: key)) }
                result[FormerKeys.name(key)] = word ?? renamed(value)
            }
            return .object(result)
        case .array(let elements): return .array(elements.map(renamed))
        default: return json
        }
    }

    private typealias Members = [String: JSONValue]

    /// For each kind, moves the network's parameters out of a configuration.
    private static let splits: [String: @Sendable (inout Members) -> Members] = [
        "gan": { configuration in
            let network = configuration.removeValue(forKey: "network")?.text
            var result = configuration.taking(["image", "latentSize"])
            result["id"] = .text(network == "perceptron" ? "mlp" : "dcgan")
            result["width"] = configuration.removeValue(forKey: "generatorWidth")
            return result
        },
        "cgan": { configuration in
            let conditioning = configuration.removeValue(forKey: "conditioning")?.text
            let isProjection = conditioning != "concatenation"
            var result = configuration.taking(["image", "latentSize"])
            let embedding = configuration.removeValue(forKey: "embeddingSize")
            if !isProjection { result["embeddingSize"] = embedding }
            result["id"] = .text(isProjection ? "projection" : "concatenation")
            result["width"] = configuration.removeValue(forKey: "generatorWidth")
            return result
        },
        "pix2pix": { configuration in
            var result = configuration.removeValue(forKey: "generator")?.members ?? [:]
            result["id"] = result.removeValue(forKey: "network")
            result["size"] = configuration["frame"]?[key: "cropSize"]
            return result.merging(configuration.taking(["statistics", "fit"])) { $1 }
        },
        "sr": { configuration in
            var result = configuration.removeValue(forKey: "generator")?.members ?? [:]
            result["id"] = result.removeValue(forKey: "network")
            if result["id"]?.text != "rrdb" { result["growth"] = nil }
            return result.merging(configuration.taking(["resize"])) { $1 }
        },
        "classifier": { configuration in
            var result = configuration.taking(["image", "width", "featureSize"])
            result["id"] = .text("classifier")
            return result
        },
        "niqe": { configuration in
            var result = configuration.taking(["blockSize"])
            result["id"] = .text("niqe")
            return result
        },
    ]
}

extension [String: JSONValue] {
    /// Removes and returns members.
    fileprivate mutating func taking(_ keys: [String]) -> [String: JSONValue] {
        var taken: [String: JSONValue] = [:]
        for key in keys { taken[key] = removeValue(forKey: key) }
        return taken
    }
}
