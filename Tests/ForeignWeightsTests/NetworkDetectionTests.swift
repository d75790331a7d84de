import Atelier
import Foundation
import Models
import Pix2Pix
import SuperResolution
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

    private func sizes(_ network: NetworkConfiguration) -> [String: Int] {
        switch network.parameters {
        case let n as TranslatorParameters:
            var sizes = [
                "inputs": n.inputChannels, "outputs": n.outputChannels, "width": n.width,
                "batch": n.normalization == .batch ? 1 : 0,
            ]
            if network.architecture.id == "unet" {
                sizes["levels"] = n.depth
            } else {
                (sizes["blocks"], sizes["dropout"]) = (n.depth, n.dropout ? 1 : 0)
            }
            return sizes
        case let n as any UpscalerParameters:
            var sizes = [
                "inputs": n.inputChannels, "outputs": n.outputChannels, "scale": n.scale, "features": n.features,
            ]
            sizes[network.architecture.id == "compact" ? "convolutions" : "blocks"] = n.depth
            sizes["growth"] = (n as? RRDBNetParameters)?.growth
            return sizes
        default: return [:]
        }
    }

    private func detect(_ tensors: [String: Tensor]) throws -> DetectedNetwork {
        try [Architecture].known.detect(tensors)
    }

    @Test func sizesAreThoseOfPyTorch() throws {
        for (name, listed) in try Self.listed() {
            let network = try detect(listed.tensors)
            #expect(sizes(network.configuration) == listed.sizes, "\(name)")
            #expect(name.hasPrefix(network.configuration.architecture.id), "\(name)")
        }
    }

    @Test func formerNamesBecomeThePresentOnes() throws {
        let listed = try Self.listed()
        let present = try detect(try #require(listed["rrdb-x4"]).tensors)
        for name in ["rrdb-2018", "rrdb-2019"] {
            let network = try detect(try #require(listed[name]).tensors)
            #expect(Set(network.tensors.keys).isSuperset(of: present.tensors.keys))
            #expect(network.tensors["body.2.rdb3.conv5.weight"]?.shape == [8, 24, 3, 3])
        }
        let instance = try detect(try #require(listed["resnet-statistics"]).tensors)
        #expect(!instance.tensors.keys.contains { $0.contains("running") })
    }

    @Test func srResNetByItsOwnNames() throws {
        var upscaler = UpscalerArchitecture(.srresnet)
        (upscaler.depth, upscaler.scale, upscaler.features) = (2, 4, 6)
        let tensors = upscaler.makeGenerator(random: Random(seed: 0)).state()
        #expect(try detect(tensors).configuration == upscaler.configuration)
    }

    @Test func misfitsAreNamed() throws {
        var tensors = try #require(try Self.listed()["compact-x4"]).tensors
        tensors["body.4.weight"] = .zeros([8, 7, 3, 3])
        tensors["body.2.bias"] = nil
        tensors["extra"] = .zeros([1])
        #expect {
            try detect(tensors)
        } throws: { error in
            guard case .unknownNetwork(let reason)? = error as? ForeignWeightsError.Cause else { return false }
            return reason.contains("SRVGGNetCompact ×4 (3 convolutions, 8 features, 3 → 3 channels)")
                && reason.contains("missing: body.2.bias") && reason.contains("not part of it: extra")
                && reason.contains("body.4.weight is [8, 7, 3, 3], expected [8, 8, 3, 3]")
        }
        #expect(throws: ForeignWeightsError.Cause.self) {
            try detect(["fc.weight": .zeros([2, 2])])
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
                        _ = try detect(tensors)
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
