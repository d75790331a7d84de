import Foundation
import TensorCore
import Testing

@testable import ForeignWeights

/// Networks recognized by the names and shapes that PyTorch lists for them.
@Suite struct NetworkDetectionTests {
    struct Listed: Decodable {
        let sizes: [String: Int]
        let shapes: [String: [Int]]

        var tensors: [String: Tensor] { shapes.mapValues { .zeros(Shape($0)) } }
    }

    static func listed() throws -> [String: Listed] {
        try JSONDecoder().decode(
            [String: Listed].self, from: Data(contentsOf: URL(fileURLWithPath: FixtureFiles.path("networks.json"))))
    }

    private func sizes(_ description: NetworkDescription) -> [String: Int] {
        switch description {
        case .unet(let n):
            [
                "inputs": n.inputs, "outputs": n.outputs, "levels": n.levels, "width": n.width,
                "batch": n.normalization == .batch ? 1 : 0,
            ]
        case .resnet(let n):
            [
                "inputs": n.inputs, "outputs": n.outputs, "blocks": n.blocks, "width": n.width,
                "batch": n.normalization == .batch ? 1 : 0, "dropout": n.dropout ? 1 : 0,
            ]
        case .rrdb(let n):
            [
                "inputs": n.inputs, "outputs": n.outputs, "scale": n.scale, "features": n.features, "blocks": n.blocks,
                "growth": n.growth,
            ]
        case .compact(let n):
            [
                "inputs": n.inputs, "outputs": n.outputs, "scale": n.scale, "features": n.features,
                "convolutions": n.convolutions,
            ]
        case .msrResNet(let n):
            ["inputs": n.inputs, "outputs": n.outputs, "scale": n.scale, "features": n.features, "blocks": n.blocks]
        case .srResNet: [:]
        }
    }

    @Test func sizesAreThoseOfPyTorch() throws {
        for (name, listed) in try Self.listed() {
            let network = try ForeignWeights.network(of: listed.tensors)
            #expect(sizes(network.description) == listed.sizes, "\(name)")
            let kinds: [(String, Bool)] = [
                ("unet", { if case .unet = network.description { true } else { false } }()),
                ("resnet", { if case .resnet = network.description { true } else { false } }()),
                ("rrdb", { if case .rrdb = network.description { true } else { false } }()),
                ("compact", { if case .compact = network.description { true } else { false } }()),
                ("msrresnet", { if case .msrResNet = network.description { true } else { false } }()),
            ]
            for (kind, isOne) in kinds { #expect(name.hasPrefix(kind) == isOne, "\(name)") }
        }
    }

    @Test func formerNamesBecomeThePresentOnes() throws {
        let listed = try Self.listed()
        let present = try ForeignWeights.network(of: try #require(listed["rrdb-x4"]).tensors)
        for name in ["rrdb-2018", "rrdb-2019"] {
            let network = try ForeignWeights.network(of: try #require(listed[name]).tensors)
            #expect(Set(network.tensors.keys).isSuperset(of: present.tensors.keys))
            #expect(network.tensors["body.2.rdb3.conv5.weight"]?.shape == [8, 24, 3, 3])
        }
        let instance = try ForeignWeights.network(of: try #require(listed["resnet-statistics"]).tensors)
        #expect(!instance.tensors.keys.contains { $0.contains("running") })
    }

    @Test func srResNetByItsOwnNames() throws {
        var description = try #require(
            SRResNetDescription(
                ShapeTable([
                    "conv_first.weight": .zeros([6, 3, 9, 9]), "body.0.norm1.weight": .zeros([6]),
                    "norm_body.weight": .zeros([6]), "body.0.conv1.weight": .zeros([6, 6, 3, 3]),
                ])))
        (description.blocks, description.scale) = (2, 4)
        let tensors = Dictionary(
            uniqueKeysWithValues: description.shapes.map { ($0.name, Tensor.zeros(Shape($0.shape))) })
        #expect(try ForeignWeights.network(of: tensors).description == .srResNet(description))
    }

    @Test func misfitsAreNamed() throws {
        var tensors = try #require(try Self.listed()["compact-x4"]).tensors
        tensors["body.4.weight"] = .zeros([8, 7, 3, 3])
        tensors["body.2.bias"] = nil
        tensors["extra"] = .zeros([1])
        #expect {
            try ForeignWeights.network(of: tensors)
        } throws: { error in
            guard case .unknownNetwork(let reason)? = error as? ForeignWeightsError.Cause else { return false }
            return reason.contains("SRVGGNetCompact ×4 (3 convolutions, 8 features, 3 → 3 channels)")
                && reason.contains("missing: body.2.bias") && reason.contains("not part of it: extra")
                && reason.contains("body.4.weight is [8, 7, 3, 3], expected [8, 8, 3, 3]")
        }
        #expect(throws: ForeignWeightsError.Cause.self) {
            try ForeignWeights.network(of: ["fc.weight": .zeros([2, 2])])
        }
    }

    /// Names that promise a network and shapes that no network has must not crash the detection.
    @Test func oddShapes() throws {
        for (name, listed) in try Self.listed() {
            for victim in listed.shapes.keys.sorted().prefix(10) {
                for shape: Shape in [[], [0], [1], [0, 3, 3, 3], [1, 1, 1, 1], [2, 3, 4, 5, 6]] {
                    var tensors = listed.tensors
                    tensors[victim] = .zeros(shape)
                    do {
                        _ = try ForeignWeights.network(of: tensors)
                    } catch is ForeignWeightsError.Cause {
                        continue
                    } catch {
                        Issue.record(error, "\(name)")
                    }
                }
            }
        }
    }
}
