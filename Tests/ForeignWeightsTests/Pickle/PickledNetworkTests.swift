import TensorCore
import TestSupport
import Testing

@testable import ForeignWeights

/// Networks that StyleGAN's programs pickled whole are read as data.
@Suite struct PickledNetworkTests {
    private func read(_ bytes: [UInt8]) throws -> ForeignWeights { try ForeignWeights(bytes: bytes, path: "x.pkl") }

    @Test func modulesAreWalkedByTheirNames() throws {
        let weights = try read(
            Instructions.snapshot { network in
                network.network(
                    parameters: [
                        (
                            "scale",
                            { $0.embeddedTensor(storage: Instructions.storage([4]), shape: [], strides: []) }
                        )
                    ],
                    modules: [
                        (
                            "mapping",
                            { mapping in
                                mapping.network(parameters: [
                                    (
                                        "weight",
                                        {
                                            $0.embeddedTensor(
                                                storage: Instructions.storage([1, 2, 3, 4, 5, 6]), shape: [2, 3],
                                                strides: [1, 2])
                                        }
                                    ), ("bias", { $0.raw("N") }),
                                ])
                            }
                        )
                    ])
            })
        #expect(weights.format == .pickle)
        #expect(weights.tensors.keys.sorted() == ["mapping.weight", "scale"])
        #expect(weights.tensors["mapping.weight"]?.values == [1, 3, 5, 2, 4, 6])
        #expect(weights.tensors["scale"]?.values == [4])
        #expect(weights.parts.first?.keys == ["G_ema"] && weights.parts.first?.isAverage == true)
    }

    @Test func arraysOfAllOrdersAreRead() throws {
        let numbers: [Float] = [1, -2, 3.5, 4, 5, 6]
        let little = numbers.flatMap { Instructions.little(UInt64($0.bitPattern), 4) }
        let big = numbers.flatMap { Instructions.little(UInt64($0.bitPattern), 4).reversed() }
        let bytes = Instructions.pickle { pickle in
            pickle.raw("(")
            for contents in [little, big] {
                pickle.tensorFlowNetwork([
                    ("version", { $0.integer(4) }),
                    (
                        "variables",
                        {
                            $0.raw("](")
                            $0.text("a")
                            $0.array(contents, shape: [3, 2], order: contents == big ? ">" : "<")
                            $0.raw([0x86])
                            $0.raw("e")
                        }
                    ), ("static_kwargs", { kwargs in kwargs.dictionary([("resolution", { $0.integer(32) })]) }),
                ])
            }
            pickle.raw("t")
        }
        let weights = try read(bytes)
        #expect(weights.parts.map(\.keys).contains(["G"]) && weights.parts.map(\.keys).contains(["D"]))
        for part in weights.parts where part.prefix.isEmpty {
            #expect(try weights.tensors(of: part, named: ["a"])["a"]?.values == numbers)
            #expect(part.settings["resolution"] == .number(32))
        }
    }

    @Test func theFilesOfTheProgramsAreRead() throws {
        let ada = try ForeignWeights(path: Fixtures.path("StyleGAN/stylegan2-ada.pkl"))
        let part = try #require(ada.parts.first)
        #expect(part.keys == ["G_ema"])
        #expect(part.entries["synthesis.b8.conv0.affine.weight"]?.shape == [6, 8])
        #expect(part.entries["synthesis.b32.conv1.noise_strength"]?.shape == [])
        #expect(part.settings["synthesis_kwargs.conv_clamp"] == .number(2))
        #expect(part.settings["c_dim"] == .number(3))
        let free = try ForeignWeights(path: Fixtures.path("StyleGAN/stylegan3-r.pkl"))
        #expect(free.parts.first?.settings["use_radial_filters"] == .boolean(true))
        let tensorFlow = try ForeignWeights(path: Fixtures.path("StyleGAN/stylegan2-tensorflow.pkl"))
        #expect(tensorFlow.parts.first?.keys == ["Gs"])
        #expect(tensorFlow.parts.first?.entries["mapping/Dense0/weight"]?.shape == [8, 8])
        let rosinality = try ForeignWeights(path: Fixtures.path("StyleGAN/stylegan2-rosinality.pt"))
        #expect(rosinality.format == .pytorch && rosinality.parts.first?.keys == ["g_ema"])
        #expect(rosinality.parts.first?.entries["latent_avg"]?.shape == [8])
    }

    @Test func numbersInSettingsAreRead() throws {
        let bytes = Instructions.snapshot { network in
            network.network { state in
                state.dictionary([
                    (
                        "_parameters",
                        { parameters in
                            parameters.dictionary([
                                (
                                    "a",
                                    { $0.embeddedTensor(storage: Instructions.storage([1]), shape: [1], strides: [1]) }
                                )
                            ])
                        }
                    ), ("_modules", { $0.raw("}") }),
                    (
                        "_init_kwargs",
                        { kwargs in
                            kwargs.dictionary([
                                (
                                    "cutoff",
                                    {
                                        $0.global("numpy.core.multiarray", "scalar")
                                        $0.raw("(")
                                        $0.global("numpy", "dtype")
                                        $0.raw("(")
                                        $0.text("f8")
                                        $0.raw("tR")
                                        $0.bytes(Instructions.little((2.5 as Double).bitPattern, 8))
                                        $0.raw("tR")
                                    }
                                ), ("none", { $0.raw("N") }), ("kernel", { $0.integers([1, 3, 3, 1]) }),
                            ])
                        }
                    ),
                ])
            }
        }
        let settings = try #require(try read(bytes).parts.first).settings
        #expect(settings == ["cutoff": .number(2.5), "none": WeightSetting.none, "kernel": .numbers([1, 3, 3, 1])])
    }
}
