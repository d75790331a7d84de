import Atelier
import Foundation
import Models
import TestSupport
import Testing

@testable import ForeignWeights

/// Pickles of networks that want something done, that lie, or that contain themselves.
@Suite struct HostileNetworkTests {
    private typealias Write = (inout Instructions) -> Void

    private struct Attack: CustomTestStringConvertible {
        let name: String
        /// What the error must say.
        let words: String
        let bytes: [UInt8]
        var testDescription: String { name }
    }

    private static func parameter(_ name: String, _ words: String, _ write: @escaping Write) -> Attack {
        Attack(name: name, words: words, bytes: Instructions.snapshot { $0.network(parameters: [("a", write)]) })
    }

    private static func tensor(
        _ name: String, _ words: String, storage: [UInt8] = Instructions.storage([1, 2, 3, 4]), offset: Int = 0,
        shape: [Int], strides: [Int]
    ) -> Attack {
        parameter(name, words) {
            $0.embeddedTensor(storage: storage, offset: offset, shape: shape, strides: strides)
        }
    }

    private static func state(_ name: String, _ words: String, _ entries: [(String, Write)]) -> Attack {
        Attack(
            name: name, words: words,
            bytes: Instructions.snapshot { network in network.network { $0.dictionary(entries) } })
    }

    private static func tensorFlow(_ name: String, _ words: String, _ entries: [(String, Write)]) -> Attack {
        Attack(name: name, words: words, bytes: Instructions.pickle { $0.tensorFlowNetwork(entries) })
    }

    /// A call of a function with one text, wherever a parameter should be.
    private static func call(_ module: String, _ name: String) -> Attack {
        parameter("\(module).\(name)", "asks for \(module).\(name)") {
            $0.global(module, name)
            $0.text("touch /tmp/atelier-was-here")
            $0.raw([0x85, 0x52])
        }
    }

    private static func array(_ name: String, _ words: String, _ write: @escaping Write) -> Attack {
        tensorFlow(
            name, words,
            [
                ("version", { $0.integer(4) }),
                (
                    "variables",
                    {
                        $0.raw("](")
                        $0.text("a")
                        write(&$0)
                        $0.raw([0x86])
                        $0.raw("e")
                    }
                ),
            ])
    }

    private static let calls = [
        call("os", "system"), call("posix", "system"), call("builtins", "eval"), call("builtins", "exec"),
        call("builtins", "getattr"), call("builtins", "__import__"), call("subprocess", "Popen"),
        call("torch", "load"), call("torch.hub", "load"), call("training.networks", "Generator"),
        call("dnnlib.util", "open_url"), call("numpy.core.multiarray", "fromfile"), call("numpy", "load"),
        call("torch_utils.persistence", "persistent_class"),
        parameter("a storage that calls", "asks for os.system") {
            var inner = Instructions()
            inner.global("os", "system")
            inner.text("true")
            inner.raw([0x85, 0x52, 0x2E])
            $0.embeddedTensor(
                storage: LegacyStorages.magic + [0x80, 2, 0x4D, 0xE9, 3, 0x2E, 0x80, 2, 0x7D, 0x2E] + inner.bytes,
                shape: [1], strides: [1])
        },
    ]

    private static let tensors = [
        tensor("a storage that is too short", "do not fit", shape: [5], strides: [1]),
        tensor("a negative shape", "do not fit", shape: [-1], strides: [1]),
        tensor("an offset behind the end", "do not fit", offset: 4, shape: [1], strides: [1]),
        tensor("a huge shape", "do not fit", shape: [1 << 30, 1 << 30, 1 << 30], strides: [0, 0, 0]),
        tensor("numbers out of nothing", "do not fit", shape: [1 << 20], strides: [0]),
        tensor(
            "a storage that states too much", "its size is not that", storage: Instructions.storage([1], stated: 100),
            shape: [100], strides: [1]),
        tensor(
            "a storage that counts too much", "its size is not that",
            storage: Instructions.storage([1], counted: 1 << 40),
            shape: [1], strides: [1]),
        tensor(
            "a storage of another type", "its size is not that",
            storage: Instructions.storage([1, 2], type: "DoubleStorage"), shape: [2], strides: [1]),
        tensor("a storage that is none", "does not begin", storage: [1, 2, 3], shape: [1], strides: [1]),
        tensor(
            "a storage that is cut off", "cut off", storage: Array(Instructions.storage([1]).prefix(60)), shape: [1],
            strides: [1]),
        parameter("a storage of text", "a storage without bytes") {
            $0.global("torch.storage", "_load_from_bytes")
            $0.text("abc")
            $0.raw([0x85, 0x52])
        },
        array("an array that is too short", "does not fit it") { $0.array([1, 2, 3], shape: [1]) },
        array("an array of negative shape", "does not fit it") { $0.array([], shape: [-1]) },
        array("an array of huge shape", "does not fit it") {
            $0.array([1], shape: [1 << 30, 1 << 30, 1 << 30, 1 << 30])
        },
        array("an array of objects", "not a tensor") { $0.array([], shape: [0], kind: "O8") },
        array("an array that is never filled", "not a tensor") {
            $0.global("numpy.core.multiarray", "_reconstruct")
            $0.raw("(")
            $0.global("numpy", "ndarray")
            $0.integers([0])
            $0.bytes([0x62])
            $0.raw("tR")
        },
    ]

    private static let states = [
        parameter("a parameter of text", "a is a text, not a tensor") { $0.text("x") },
        parameter("a parameter that is a network", "a is an object, not a tensor") { $0.network() },
        state("modules in a list", "_modules of the module “” is a list", [("_modules", { $0.raw("]") })]),
        state(
            "parameters of text", "_parameters of the module “” is a text",
            [("_modules", { $0.raw("}") }), ("_parameters", { $0.text("x") })]),
        state(
            "a module that is a number", "x is a number, not a module",
            [("_modules", { modules in modules.dictionary([("x", { $0.integer(1) })]) })]),
        Attack(
            name: "a function instead of a class", words: "do not fit",
            bytes: Instructions.snapshot { $0.network(type: "func") { $0.raw("}") } }),
        Attack(
            name: "a state of text", words: "do not fit",
            bytes: Instructions.snapshot { network in network.network { $0.text("x") } }),
        Attack(
            name: "a state that is set again", words: "does not fit it",
            bytes: Instructions.snapshot {
                $0.network()
                $0.raw("}b")
            }),
        Attack(
            name: "a network in itself", words: "lies in itself",
            bytes: Instructions.pickle {
                // The dictionary of modules is remembered and gets the network afterward.
                $0.raw("}q\u{1}0")
                $0.network { state in state.dictionary([("_modules", { $0.raw("h\u{1}") })]) }
                $0.raw("q\u{2}0h\u{1}")
                $0.text("again")
                $0.raw("h\u{2}s0h\u{2}")
            }),
        Attack(
            name: "networks in networks in networks", words: "lies in itself",
            bytes: Instructions.pickle {
                $0.network()
                for level in 0..<200 {
                    $0.raw([0x72] + Instructions.little(UInt64(level), 4))
                    $0.raw("0")
                    $0.network(modules: [("x", { $0.raw([0x6A] + Instructions.little(UInt64(level), 4)) })])
                }
            }),
        tensorFlow("no version", "version is missing", [("variables", { $0.raw("]") })]),
        tensorFlow("an old version", "before StyleGAN2", [("version", { $0.integer(3) })]),
        tensorFlow(
            "variables of text", "variables are no list",
            [("version", { $0.integer(4) }), ("variables", { $0.text("x") })]),
        tensorFlow(
            "a variable of text", "not a name with an array",
            [
                ("version", { $0.integer(4) }),
                (
                    "variables",
                    {
                        $0.raw("]")
                        $0.text("x")
                        $0.raw("a")
                    }
                ),
            ]),
        tensorFlow(
            "a component that is a number", "not a network",
            [
                ("version", { $0.integer(4) }), ("variables", { $0.raw("]") }),
                ("components", { components in components.dictionary([("x", { $0.integer(1) })]) }),
            ]),
        Attack(
            name: "arguments for a network", words: "do not fit",
            bytes: Instructions.pickle {
                $0.global("dnnlib.tflib.network", "Network")
                $0.text("x")
                $0.raw([0x85, 0x81])
            }),
    ]

    @Test(arguments: calls + tensors + states)
    private func everyAttackIsRefused(_ attack: Attack) {
        guard let cause = failure(attack.bytes) else {
            Issue.record("\(attack.name) was read")
            return
        }
        let words = "\(ForeignWeightsError(path: "x.pkl", cause: cause))"
        #expect(words.contains(attack.words), "\(words)")
        #expect(!FileManager.default.fileExists(atPath: "/tmp/atelier-was-here"))
    }

    /// A pickle that ends too early is noticed, wherever that is.
    @Test func everyTruncationIsNoticed() throws {
        let whole = Instructions.snapshot { network in
            network.network(parameters: [
                ("a", { $0.embeddedTensor(storage: Instructions.storage([1, 2]), shape: [2], strides: [1]) })
            ])
        }
        #expect(failure(whole) == nil)
        for length in 2..<whole.count { #expect(failure(Array(whole.prefix(length))) != nil, "\(length)") }
    }

    /// Bytes of files as the programs write them, changed at many places: read or refused, never worse.
    @Test(arguments: ["stylegan2-ada.pkl", "stylegan2-tensorflow.pkl", "stylegan3-r.pkl"])
    func changedFilesDoNoHarm(_ name: String) throws {
        let whole = [UInt8](try Fixtures.data("StyleGAN/" + name))
        var random = SplitMix(5)
        for _ in 0..<150 {
            var bytes = whole
            for _ in 0..<3 { bytes[Int(random.next() % UInt64(min(bytes.count, 30_000)))] = UInt8(random.next() % 256) }
            guard let weights = try? ForeignWeights(bytes: bytes, path: name) else { continue }
            _ = try? [Architecture].known.detect(weights)
        }
    }
}
