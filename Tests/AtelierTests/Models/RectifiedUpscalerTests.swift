import Atelier
import ForeignWeights
import Foundation
import Layers
import Models
import SuperResolution
import TensorCore
import TestSupport
import Testing

/// ESRGAN's and Real-ESRGAN's networks of every form, recognized in tensors with the names that files have, against what
/// spandrel's networks in PyTorch make with the same weights.
@Suite struct RectifiedUpscalerTests {
    private static func tensors(_ answer: KnownAnswer) throws -> [String: Tensor] {
        try answer.text("state").split(separator: " ").reduce(into: [:]) { tensors, entry in
            let parts = entry.split(separator: ":")
            let shape = Shape(parts[1].split(separator: "x").compactMap { Int($0) })
            tensors[String(parts[0])] = DrawnWeights.tensor(String(parts[0]), shape)
        }
    }

    private static func detected(_ answer: KnownAnswer) throws -> DetectedNetwork {
        try [Architecture].known.detect(tensors(answer))
    }

    private static func built(_ answer: KnownAnswer) throws -> any UpscalingGenerator {
        let detected = try detected(answer)
        var configuration = detected.configuration
        if answer.name.hasSuffix("relu"), var sizes = configuration.parameters as? CompactParameters {
            // Nothing in a file tells it from a leaky ReLU.
            sizes.rectifier = .relu
            configuration = NetworkConfiguration(.compact, sizes)
        }
        let network: any UpscalingGenerator = configuration.network(random: Random(seed: 1))
        try network.load(detected.tensors)
        return network
    }

    @Test(arguments: try KnownAnswer.cases(of: "rectifiedUpscalers"))
    func agreesWithPyTorch(_ answer: KnownAnswer) throws {
        let network = try Self.built(answer)
        let input = try answer.loaded("input").requiringGradient()
        let output = network(input, .inference)
        #expect(try answer.difference("output", from: output) == nil)
        let loss = (output * (try answer.loaded("cotangent"))).sum()
        let gradient = try #require(gradients(of: loss, at: [input])[0])
        #expect(try answer.difference("grad.input", from: gradient) == nil)
        #expect(network.scale == output.shape[2] / input.shape[2])
    }

    @Test(arguments: try KnownAnswer.cases(of: "rectifiedUpscalers"))
    func plansAndImageSizesOfAnyKind(_ answer: KnownAnswer) throws {
        let network = try Self.built(answer)
        let inputs = try answer.loaded("input").shape[1]
        let multiple = network.multiple
        #expect(PlanCheck([1, inputs, 4 * multiple, 5 * multiple]) { network($0, .inference) }.error < 1e-5)
        // By rows, where the network can, and with sides that do not suit it.
        let x = Random(seed: 4).uniform([1, inputs, 23, 21])
        let y = Upscaler(network)(x)
        #expect(y.shape.dimensions == [1, y.shape[1], 23 * network.scale, 21 * network.scale])
        let part = Upscaler(network)(x.slice(axis: 2, from: 0, count: 20).slice(axis: 3, from: 0, count: 20))
        #expect(part.shape[2] == 20 * network.scale)
        let whole = Random(seed: 4).uniform([1, inputs, 68 * multiple, 12 * multiple])
        let expected = network(whole, .inference)
        let range = expected.values.map(abs).max() ?? 1
        #expect(Upscaler(network)(whole).distance(from: expected) <= 1e-5 * max(range, 1))
    }

    @Test func sizesAreRecognized() throws {
        let answers = try KnownAnswer.cases(of: "rectifiedUpscalers")
        func sizes(_ name: String) throws -> RRDBNetParameters {
            let answer = try #require(answers.first { $0.name == name })
            return try #require(Self.detected(answer).configuration.parameters as? RRDBNetParameters)
        }
        let expected: [(String, scale: Int, doublings: Int, inputs: Int, outputs: Int, plus: Bool)] = [
            ("rrdb.x1", 1, 0, 3, 3, false), ("rrdb.x8", 8, 3, 1, 1, false), ("rrdb.x16", 16, 4, 1, 1, false),
            ("rrdb.x2.fold2", 2, 2, 3, 3, false), ("rrdb.x1.fold2", 1, 1, 3, 3, false),
            ("rrdb.x1.fold4", 1, 2, 3, 3, false), ("rrdb.x4.rgba", 4, 2, 4, 4, false),
            ("rrdb.x2.color", 2, 1, 1, 3, false), ("rrdb.x4.plus", 4, 2, 3, 3, true),
        ]
        for (name, scale, doublings, inputs, outputs, plus) in expected {
            let found = try sizes(name)
            #expect(found.scale == scale && found.doublings == doublings && found.plus == plus, "\(name)")
            #expect(found.inputChannels == inputs && found.outputChannels == outputs, "\(name)")
            #expect(found.features == 4 && found.growth == 32)
        }
    }

    /// Layers under the names of 2018, of 2019, of 2021, and under both of the later ones.
    @Test func namesMayBeMixed() throws {
        for (scale, doublings, plus) in [(4, 2, false), (1, 0, false), (2, 1, true), (8, 3, false), (2, 2, false)] {
            var sizes = RRDBNetParameters()
            (sizes.scale, sizes.doublings, sizes.plus) = (scale, doublings, plus)
            (sizes.depth, sizes.features, sizes.growth) = (2, 4, 3)
            let network: any UpscalingGenerator = NetworkConfiguration(.rrdb, sizes).network(random: Random(seed: 5))
            let state = network.state()
            let namings: [(String) -> String] = [Self.nameOf2018(doublings), Self.nameOf2019, Self.mixedName, { $0 }]
            for former in namings {
                let file = Dictionary(
                    uniqueKeysWithValues: state.map { name, tensor in
                        let dot = name.lastIndex(of: ".") ?? name.endIndex
                        return (former(String(name[..<dot])) + name[dot...], tensor)
                    })
                let found = try [Architecture].known.detect(file)
                #expect(found.configuration == NetworkConfiguration(.rrdb, sizes))
                #expect(found.tensors.allSatisfy { state[$0]?.values == $1.values })
                #expect(found.tensors.count == state.count)
            }
        }
    }

    private static func nameOf2018(_ doublings: Int) -> (String) -> String {
        var names = ["conv_first": "model.0", "conv_body": "model.1.sub.2"]
        for doubling in 0..<doublings { names["conv_up\(doubling + 1)"] = "model.\(3 * doubling + 3)" }
        let end = 3 * doublings + 2
        (names["conv_hr"], names["conv_last"]) = ("model.\(end)", "model.\(end + 2)")
        return { name in
            if let known = names[name] { return known }
            let block = "model.1.sub." + name.dropFirst("body.".count).replacing("rdb", with: "RDB")
            return name.hasSuffix("conv1x1") ? block : block + ".0"
        }
    }

    private static func nameOf2019(_ name: String) -> String {
        name.hasPrefix("body.")
            ? "RRDB_trunk." + name.dropFirst("body.".count).replacing("rdb", with: "RDB") : mixedName(name)
    }

    private static func mixedName(_ name: String) -> String {
        ["conv_body": "trunk_conv", "conv_up1": "upconv1", "conv_hr": "HRconv"][name] ?? name
    }

    /// As training programs save them.
    @Test func wrappersAreLookedThrough() throws {
        let shelf = try ModelShelf()
        var sizes = RRDBNetParameters()
        (sizes.depth, sizes.features, sizes.growth) = (1, 4, 3)
        let configuration = NetworkConfiguration(.rrdb, sizes)
        let network: any UpscalingGenerator = configuration.network(random: Random(seed: 5))
        func renamed(_ former: @escaping (String) -> String) -> [String: Tensor] {
            Dictionary(uniqueKeysWithValues: network.state().map { (former($0), $1) })
        }
        func old(_ name: String) -> String {
            let dot = name.lastIndex(of: ".") ?? name.endIndex
            let layer = Self.nameOf2018(2)(String(name[..<dot]))
            return layer.replacing("model.1.sub.2", with: "model.1.sub.1") + name[dot...]
        }
        let namings: [(String) -> String] = [{ $0 }, old, { "module." + $0 }, { "generator." + old($0) }]
        for (index, names) in namings.enumerated() {
            let saved = SavedValue(renamed(names))
            for keys in [
                [], ["params"], ["params_ema"], ["state_dict"], ["model"], ["generator"], ["net_g"],
                ["net_g", "params"], ["model", "state_dict"],
            ] {
                let path = shelf.path + "/\(index)-\(keys.joined(separator: "-")).pth"
                try keys.reversed().reduce(saved) { .dictionary([($1, $0)]) }.write(to: path)
                let model = try Model(file: path, among: .known)
                #expect(model.network == configuration, "\(path)")
            }
        }
    }

    @Test func everyFormSurvivesImportAndExport() throws {
        let shelf = try ModelShelf()
        for answer in try KnownAnswer.cases(of: "rectifiedUpscalers") where !answer.name.hasSuffix("relu") {
            let file = shelf.path + "/\(answer.name).pth"
            try SavedValue(Self.tensors(answer)).write(to: file)
            let model = try Model(file: file, among: .known)
            try model.write(to: shelf.path + "/" + answer.name)
            let folder = try Model.load(answer.name, in: [shelf.path])
            #expect(folder.network == model.network)
            #expect(try folder.export(to: shelf.path + "/out.safetensors") == model.weights.count)
            let again = try Model(file: shelf.path + "/out.safetensors", among: .known)
            #expect(again.network == model.network)
            for (name, tensor) in model.weights { #expect(again.weights[name]?.values == tensor.values) }
        }
    }

    @Test(arguments: [
        ("\"scale\" : 4", "\"scale\" : 0"), ("\"scale\" : 4", "\"scale\" : -2"), ("\"scale\" : 4", "\"scale\" : 32"),
        ("\"doublings\" : 2", "\"doublings\" : -1"), ("\"doublings\" : 2", "\"doublings\" : 70"),
        ("\"growth\" : 32", "\"growth\" : 0"), ("\"plus\" : true", "\"plus\" : 3"),
    ])
    func impossibleSizesAreRefused(old: String, new: String) throws {
        let shelf = try ModelShelf()
        let answers = try KnownAnswer.cases(of: "rectifiedUpscalers")
        let answer = try #require(answers.first { $0.name == "rrdb.x4.plus" })
        let file = shelf.path + "/network.pth"
        try SavedValue(Self.tensors(answer)).write(to: file)
        try Model(file: file, among: .known).write(to: shelf.path + "/a")
        try shelf.edit("a", old, new)
        #expect(throws: ModelError.self) { try Model.load("a", in: [shelf.path]).upscaler() }
    }
}
