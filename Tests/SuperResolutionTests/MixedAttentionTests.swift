import Foundation
import Layers
import Models
import SuperResolution
import TensorCore
import TestSupport
import Testing

/// Upscalers that mix windows with other attention: OmniSR, DAT, RGT and ATD.
@Suite struct MixedAttentionTests {
    /// The networks of the known answers.
    private static let configurations: [String: NetworkConfiguration] = [
        "omnisr.x2": omnisr { ($0.features, $0.depth, $0.scale) = (16, 2, 2) },
        "omnisr.plain": omnisr {
            ($0.inputChannels, $0.features, $0.depth, $0.blocks, $0.scale) = (1, 20, 1, 2, 1)
            ($0.positions, $0.window, $0.bias) = (false, 4, false)
        },
        "dat.x2": dat {
            ($0.features, $0.blocks, $0.heads, $0.split, $0.hidden) = (48, [3, 2], [4, 2], [2, 4], 96)
            $0.scale = 2
        },
        "dat.light": dat {
            ($0.features, $0.blocks, $0.heads, $0.split, $0.hidden) = (32, [3], [2], [4, 4], 48)
            ($0.inputChannels, $0.outputChannels, $0.scale, $0.bias) = (1, 1, 3, false)
            ($0.connection, $0.upsampler) = (.three, .shuffleDirectly)
        },
        "dat.x4": dat {
            ($0.features, $0.blocks, $0.heads, $0.split, $0.hidden) = (32, [1, 1], [2, 4], [4, 8], 128)
        },
        "rgt.x2": rgt {
            ($0.features, $0.blocks, $0.heads, $0.split, $0.hidden) = (48, [3, 2], [4, 2], [2, 4], 96)
            ($0.reduced, $0.scale) = (24, 2)
        },
        "rgt.plain": rgt {
            ($0.features, $0.blocks, $0.heads, $0.split, $0.hidden) = (40, [2, 1], [2, 2], [4, 4], 160)
            ($0.inputChannels, $0.outputChannels, $0.scale, $0.bias) = (1, 1, 1, false)
            ($0.reduced, $0.connection) = (30, .three)
        },
        "atd.x2": atd { ($0.blocks, $0.heads, $0.scale) = ([2, 1], [2, 4], 2) },
        "atd.light": atd {
            ($0.features, $0.window, $0.tokens, $0.reduced, $0.hidden, $0.kernel) = (48, 8, 6, 8, 48, 7)
            ($0.blocks, $0.heads, $0.category, $0.scale, $0.upsampler) = ([2], [4], 128, 3, .shuffleDirectly)
        },
        "atd.nearest": atd {
            ($0.blocks, $0.heads, $0.upsampler, $0.centers) = ([3], [3], .nearest, false)
            ($0.bias, $0.connection) = (false, .three)
        },
        "atd.plain": atd {
            ($0.blocks, $0.heads, $0.upsampler, $0.scale) = ([1], [1], .none, 1)
            ($0.inputChannels, $0.outputChannels, $0.normalizes) = (1, 1, false)
        },
    ]

    private static let names = configurations.keys.sorted()

    private static func omnisr(_ change: (inout OmniSRParameters) -> Void) -> NetworkConfiguration {
        configuration(.omnisr, OmniSRParameters(), change)
    }
    private static func dat(_ change: (inout DATParameters) -> Void) -> NetworkConfiguration {
        configuration(.dat, DATParameters(), change)
    }
    private static func rgt(_ change: (inout RGTParameters) -> Void) -> NetworkConfiguration {
        configuration(.rgt, RGTParameters(), change)
    }
    private static func atd(_ change: (inout ATDParameters) -> Void) -> NetworkConfiguration {
        configuration(.atd, ATDParameters()) { sizes in
            (sizes.features, sizes.window, sizes.tokens, sizes.reduced, sizes.hidden) = (24, 4, 8, 3, 48)
            change(&sizes)
        }
    }

    private static func configuration<Parameters: UpscalerParameters>(
        _ architecture: Architecture, _ defaults: Parameters, _ change: (inout Parameters) -> Void
    ) -> NetworkConfiguration {
        var sizes = defaults
        change(&sizes)
        return NetworkConfiguration(architecture, sizes)
    }

    /// The network of a name, and its weights: none is trivial.
    private static func network(_ name: String) throws -> any UpscalingGenerator {
        let network: any UpscalingGenerator = try #require(configurations[name]).network(random: Random(seed: 1))
        try network.load(
            Dictionary(
                uniqueKeysWithValues: network.state().map { ($0, DrawnWeights.tensor($0, $1.shape)) }))
        return network
    }

    @Test(arguments: try KnownAnswer.cases(of: "mixedAttention"))
    func agreesWithPyTorch(_ answer: KnownAnswer) throws {
        let network = try Self.network(answer.name)
        #expect(try answer.difference(from: network) { network($0, $1) } == nil)
    }

    @Test(arguments: names) func aPlanIsAsExact(_ name: String) throws {
        let network = try Self.network(name)
        let channels = try #require(Self.configurations[name]?.parameters as? any UpscalerParameters).inputChannels
        let check = PlanCheck([1, channels, 19, 18]) { network($0, .inference) }
        #expect(check.error < 2e-5, "\(name)")
    }

    @Test(arguments: names, [(1, 1), (2, 9), (17, 3)])
    func anySizeIsUpscaled(_ name: String, _ size: (height: Int, width: Int)) throws {
        let network = try Self.network(name)
        let sizes = try #require(Self.configurations[name]?.parameters as? any UpscalerParameters)
        let x = Random(seed: 3).uniform([1, sizes.inputChannels, size.height, size.width])
        let y = network(x, .inference)
        #expect(
            y.shape == [1, sizes.outputChannels, size.height * sizes.scale, size.width * sizes.scale]
                && y.values.allSatisfy(\.isFinite))
    }

    // MARK: Files

    /// Tensors as a checkpoint has them, with those that only repeat what the sizes say.
    private static func file(_ name: String) throws -> [String: Tensor] {
        var tensors = try network(name).state()
        let sizes = try #require(configurations[name]).parameters
        func index(_ side: Int) -> Tensor { .zeros([side, side]) }
        let split = (sizes as? DATParameters)?.split ?? (sizes as? RGTParameters)?.split
        if let split {
            for key in tensors.keys where key.hasSuffix(".rpe_biases") {
                let half = key.dropLast(".rpe_biases".count)
                tensors[half + ".relative_position_index"] = index(split[0] * split[1])
            }
            tensors["layers.0.blocks.2.attn.attn_mask_0"] = .zeros([2, split[0] * split[1], split[0] * split[1]])
        }
        if let sizes = sizes as? ATDParameters {
            tensors["relative_position_index_SA"] = index(sizes.window * sizes.window)
        }
        return tensors
    }

    @Test(arguments: names) func filesAreRecognized(_ name: String) throws {
        let found = try [Architecture].upscalers.detect(Self.file(name))
        var expected = try #require(Self.configurations[name])
        if var sizes = expected.parameters as? OmniSRParameters, !sizes.positions {
            // Such a file does not say it.
            sizes.window = 8
            expected = NetworkConfiguration(.omnisr, sizes)
        }
        #expect(found.configuration == expected)
        // Without what only repeats the sizes, as this program writes files.
        #expect(try [Architecture].upscalers.detect(Self.network(name).state()).configuration == expected)
        // The form in `config.json`.
        let json = expected.json
        #expect(try NetworkConfiguration(json, kind: "sr", among: .upscalers) == expected)
    }

    @Test func publicSizesHaveTheirParameterCounts() throws {
        func check(_ configuration: NetworkConfiguration, _ values: Int, _ tensors: Int) throws {
            let network = try configuration.makeNetwork(random: Random(seed: 1))
            #expect(network.parameterCount == values && network.parameters.count == tensors, "\(configuration)")
        }
        try check(NetworkConfiguration(.omnisr), 805_376, 316)
        try check(NetworkConfiguration(.dat), 11_212_131, 1702)
        try check(Self.configuration(.dat, DATParameters()) { $0.hidden = 720 }, 14_802_051, 1702)
        try check(Self.configuration(.dat, DATParameters()) { $0.split = [8, 16] }, 11_212_131, 1702)
        let light = Self.configuration(.dat, DATParameters()) {
            ($0.features, $0.blocks, $0.heads, $0.hidden) = (60, [18], [6], 120)
            ($0.connection, $0.upsampler) = (.three, .shuffleDirectly)
        }
        try check(light, 572_766, 857)
        try check(NetworkConfiguration(.rgt), 13_365_543, 1904)
        try check(Self.configuration(.rgt, RGTParameters()) { $0.depth = 6 }, 10_198_767, 1432)
        try check(NetworkConfiguration(.atd), 20_260_929, 1024)
        let small = Self.configuration(.atd, ATDParameters()) {
            ($0.features, $0.blocks, $0.heads) = (48, [6, 6, 6, 6], [4, 4, 4, 4])
            ($0.tokens, $0.reduced, $0.category, $0.hidden, $0.kernel) = (64, 8, 128, 48, 7)
            $0.upsampler = .shuffleDirectly
        }
        try check(small, 768_792, 682)
    }

    // MARK: Impossible sizes

    private static let impossible: [NetworkConfiguration] = [
        omnisr { $0.features = 30 }, omnisr { $0.window = 0 }, omnisr { $0.blocks = -1 }, omnisr { $0.scale = 0 },
        dat { $0.split = [] }, dat { $0.split = [1, 4] }, dat { $0.split = [8, 1 << 40] }, dat { $0.hidden = 3 },
        dat { $0.heads = [] }, dat { $0.heads[2] = 7 }, dat { $0.blocks[0] = 0 }, dat { $0.features = 2 },
        dat { $0.scale = 5 }, dat { $0.upsampler = .nearest }, dat { $0.connection = .none },
        dat { $0.outputChannels = 1 }, rgt { $0.reduced = 31 }, rgt { $0.upsampler = .shuffleDirectly },
        rgt { $0.upsampledFeatures = 0 }, atd { $0.kernel = 4 }, atd { $0.window = 1 }, atd { $0.heads[0] = 0 },
        atd { $0.tokens = 0 }, atd { $0.category = 0 }, atd { ($0.upsampler, $0.scale) = (.nearest, 3) },
    ]

    @Test(arguments: impossible) func impossibleSizesAreRefused(_ configuration: NetworkConfiguration) {
        #expect(throws: ParameterError.self) { try configuration.check() }
    }
}
