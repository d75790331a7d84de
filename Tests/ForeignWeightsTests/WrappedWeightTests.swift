import Atelier
import Files
import Models
import Testing

@testable import ForeignWeights

/// Networks are found wherever training programs put them, and the moving average is preferred.
@Suite struct WrappedWeightTests {
    /// SRVGGNetCompact with one inner convolution.
    private static let shapes = [
        "body.0.weight": [4, 3, 3, 3], "body.0.bias": [4], "body.1.weight": [4], "body.2.weight": [4, 4, 3, 3],
        "body.2.bias": [4], "body.3.weight": [4], "body.4.weight": [12, 4, 3, 3], "body.4.bias": [12],
    ]
    private static let other = ["conv.weight": [2, 2, 3, 3], "conv.bias": [2]]

    private func detect(_ object: SavedObject) throws -> DetectedNetwork {
        try [Architecture].known.detect(ForeignWeights(bytes: object.bytes, path: "x.pth"))
    }

    private func expect(
        _ object: SavedObject, _ value: Float, from words: String?, others: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let network = try detect(object)
        #expect(network.tensors.mapValues(\.shape.dimensions) == Self.shapes, sourceLocation: sourceLocation)
        #expect(network.tensors["body.0.bias"]?.values.first == value, sourceLocation: sourceLocation)
        #expect(network.source?.description == words, sourceLocation: sourceLocation)
        #expect(network.source?.others ?? [] == others, sourceLocation: sourceLocation)
    }

    @Test(arguments: [
        "module.", "_orig_mod.", "generator.", "generator_ema.", "net_g.", "netG.", "netG_A.", "ema_model.", "model.",
        "model.generator.", "module.net_g.", "ema_model.module.", "trainer.networks.generator.module.",
    ])
    func prefixes(_ prefix: String) throws {
        let words = prefix.contains("ema") ? prefix + " (a moving average)" : prefix
        try expect(.network(Self.shapes, prefix: prefix), 0.25, from: words)
        // Beside a discriminator, and in a dictionary.
        let both = SavedObject.joined(
            .network(Self.other, prefix: "discriminator."), .network(Self.shapes, prefix: prefix))
        try expect(both, 0.25, from: words)
        let place = prefix + " in state_dict" + (prefix.contains("ema") ? " (a moving average)" : "")
        try expect(.dictionary([("state_dict", both), ("epoch", .integers([]))]), 0.25, from: place)
    }

    @Test func plainFilesSayNothing() throws { try expect(.network(Self.shapes), 0.25, from: nil) }

    @Test(arguments: [
        [], ["params"], ["params_ema"], ["state_dict", "model"], ["checkpoint", "G"], ["a", "b", "c", "net_g"],
    ])
    func dictionaries(_ keys: [String]) throws {
        let object = keys.reversed().reduce(SavedObject.network(Self.shapes)) { .dictionary([($1, $0)]) }
        let words = keys.isEmpty ? nil : keys.joined(separator: "/")
        try expect(object, 0.25, from: keys == ["params_ema"] ? "params_ema (a moving average)" : words)
    }

    @Test func theMovingAverageIsPreferred() throws {
        let (plain, average) = (SavedObject.network(Self.shapes, 1), SavedObject.network(Self.shapes, 2))
        for (key, averageKey) in [
            ("params", "params_ema"), ("model", "model_ema"), ("state_dict", "ema_state_dict"), ("net_g", "net_g_ema"),
            ("generator", "averaged"),
        ] {
            for entries in [[(key, plain), (averageKey, average)], [(averageKey, average), (key, plain)]] {
                try expect(.dictionary(entries), 2, from: averageKey + " (a moving average)", others: [key])
            }
        }
        let prefixed = SavedObject.joined(
            .network(Self.shapes, prefix: "generator.", 1), .network(Self.shapes, prefix: "generator_ema.", 2),
            .network(Self.other, prefix: "discriminator."), .dictionary([("step_counter", .integers([1]))]))
        try expect(
            .dictionary([("state_dict", prefixed)]), 2, from: "generator_ema. in state_dict (a moving average)",
            others: ["generator. in state_dict"])
        // An average of another network does not win.
        let foreign = SavedObject.dictionary([("ema", .network(Self.other)), ("params", plain)])
        try expect(foreign, 1, from: "params")
        // The state of an optimizer has the same shapes.
        let momentum = SavedObject.dictionary([("exp_avg", average), ("exp_avg_sq", average), ("weights", plain)])
        try expect(momentum, 1, from: "weights", others: ["exp_avg", "exp_avg_sq"])
        try expect(
            .dictionary([("exp_avg", average), ("params", plain)]), 1, from: "params", others: ["exp_avg"])
    }

    @Test func countersAreDropped() throws {
        for counter in ["n_averaged", "num_batches_tracked", "step_counter", "initted", "anything"] {
            for shape in [[], [1]] {
                try expect(
                    .joined(
                        .network(Self.shapes, prefix: "module."), .dictionary([(counter, .integers(shape))])), 0.25,
                    from: "module.")
                try expect(
                    .joined(.network(Self.shapes), .dictionary([(counter, .integers(shape))])), 0.25, from: nil)
            }
        }
        // Counters that were converted to floats along with the weights.
        for counter in ["n_averaged", "body.num_batches_tracked", "iteration"] {
            try expect(.joined(.network(Self.shapes), .dictionary([(counter, .floats([], 3))])), 0.25, from: nil)
        }
        // Weights are never dropped.
        for extra in [SavedObject.floats([], 1), .floats([1], 1), .integers([2])] {
            let object = SavedObject.joined(.network(Self.shapes), .dictionary([("extra.alpha", extra)]))
            let error = #expect(throws: ForeignWeightsError.self) { try detect(object) }
            #expect("\(error!)".contains("not part of it: extra.alpha"))
        }
    }

    @Test func misfitsAreNamedWhereTheyLie() throws {
        var shapes = Self.shapes
        shapes["body.2.bias"] = nil
        for object in [
            SavedObject.network(shapes), .network(shapes, prefix: "net_g."),
            .dictionary([("params_ema", .network(shapes))]),
        ] {
            let error = #expect(throws: ForeignWeightsError.self) { try detect(object) }
            #expect("\(error!)".contains("SRVGGNetCompact") && "\(error!)".contains("missing: body.2.bias"))
        }
        let unknown = #expect(throws: ForeignWeightsError.self) { try detect(.network(Self.other)) }
        #expect("\(unknown!)".contains("belong to no known network; their names are conv.bias, conv.weight"))
    }

    /// Many dictionaries and many prefixes, none of which is a network.
    @Test func whatIsSearchedIsBounded() throws {
        var shapes: [String: [Int]] = [:]
        for index in 0..<3000 { shapes["a\(index % 300).b\(index % 70).c\(index % 9).d.e\(index)"] = [1] }
        let object = SavedObject.dictionary((0..<40).map { ("k\($0)", $0 == 7 ? .network(shapes) : .dictionary([])) })
        #expect(throws: ForeignWeightsError.self) { try detect(object) }
    }

    @Test(arguments: ["x.pth", "x.safetensors", "x.bin"])
    func aPointerOfGitLFSIsCalledThat(_ name: String) throws {
        let pointer = """
            version https://git-lfs.github.com/spec/v1
            oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
            size 67040989

            """
        #expect {
            try ForeignWeights(bytes: Array(pointer.utf8), path: name)
        } throws: { error in
            "\(error)".contains("Git LFS pointer") && "\(error)".contains("git lfs pull")
        }
    }
}
