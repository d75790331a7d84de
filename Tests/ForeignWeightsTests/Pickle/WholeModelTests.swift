import Layers
import TensorCore
import Testing

@testable import ForeignWeights

/// Networks that were saved whole are read as data, and only as data.
@Suite struct WholeModelTests {
    @Test(arguments: [
        ("whole-compact.pth", ForeignWeights.Format.pytorch, "networks.SRVGGNetCompact"),
        ("whole-wrapped.pth", .pytorch, "torch.nn.parallel.data_parallel.DataParallel"),
        ("whole-legacy.pth", .legacyPyTorch, "__main__.Noted"), ("script-compact.pth", .torchScript, "__torch__.Plain"),
    ])
    func theirTensorsAreThoseOfTheStateDictionary(
        name: String, format: ForeignWeights.Format, className: String
    ) throws {
        let weights = try ForeignWeights(path: FixtureFiles.path(name))
        let expected = try FixtureFiles.expected("whole")
        #expect(weights.format == format && weights.className == className)
        #expect(weights.tensors.keys.sorted() == expected.keys.sorted())
        for (key, tensor) in expected { #expect(weights.tensors[key]?.values == tensor.values, "\(key)") }
    }

    @Test func classesAndFunctionsStayNames() throws {
        let names = try ForeignWeights(path: FixtureFiles.path("whole-wrapped.pth")).pickledNames
        func use(_ name: String) -> PickledName.Use? { names.first { $0.name == name }?.use }
        #expect(use("torch._utils._rebuild_tensor_v2") == .tensors)
        #expect(use("functools.partial") == .tensors)
        for name in ["torch.nn.modules.conv.Conv2d", "torch._C._nn.gelu", "__main__.Noted", "torch.float32"] {
            #expect(use(name) == .data, "\(name)")
        }
        #expect(!names.contains { $0.use == .unusual })
    }

    @Test func frozenProgramsSayWhatToDo() throws {
        guard case .noTensors(let reason)? = failure(try FixtureFiles.bytes("script-frozen.pth")) else {
            Issue.record("script-frozen.pth")
            return
        }
        #expect(reason.contains("TorchScript") && reason.contains("state_dict()"))
    }

    private func module(_ fill: (inout Instructions) -> Void) -> [UInt8] {
        ArchiveBytes.pytorch(
            Instructions.pickle { pickle in
                pickle.global("my.networks", "Net")
                pickle.raw([0x29, 0x81])
                pickle.raw("}(")
                pickle.text("_parameters")
                pickle.raw("}")
                pickle.text("a")
                pickle.tensor(stored: 4, shape: [4], strides: [1])
                pickle.raw("s")
                pickle.text("_modules")
                pickle.raw("}")
                fill(&pickle)
                pickle.raw("ub")
            })
    }

    @Test func anyClassIsReadAndNoFunctionCalled() throws {
        #expect(failure(module { _ in }) == nil)
        func call(_ module: String, _ name: String, _ end: [UInt8]) -> ForeignWeightsError.Cause? {
            failure(
                self.module {
                    $0.text("x")
                    $0.global(module, name)
                    $0.raw(end)
                })
        }
        // A class as a value, an object of it; a call of it, an object with arguments; commands even as values.
        #expect(call("my.layers", "Norm", []) == nil)
        #expect(call("my.layers", "Norm", [0x29, 0x81]) == nil)
        for (module, name, end) in [
            ("my.layers", "norm", [UInt8]([0x29, 0x52])), ("my.layers", "Norm", [0x4B, 1, 0x85, 0x81]),
            ("os", "system", []), ("builtins", "eval", []), ("torch.hub", "load", []), ("subprocess", "Popen", []),
            ("builtins", "getattr", [0x29, 0x81]),
        ] {
            guard case .refused(let what, _)? = call(module, name, end) else {
                Issue.record("\(module).\(name) was read")
                continue
            }
            #expect(what.hasPrefix("asks for \(module).\(name)"))
        }
    }

    /// A survey reads on where reading ends, and reports all names.
    @Test func surveysNameWhatIsUnusual() throws {
        let folder = try TemporaryFolder()
        let bytes = module {
            $0.text("x")
            $0.global("os", "system")
            $0.text("true")
            $0.raw([0x85, 0x52])
            $0.text("y")
            $0.global("my.layers", "Norm")
        }
        let path = try folder.write(bytes, "hostile.pth")
        let survey = try #require(try PickleSurvey(path: path))
        #expect(survey.end == nil)
        #expect(survey.names.filter { $0.use == .unusual }.map(\.name) == ["os.system"])
        #expect(survey.names.map(\.name).contains("my.layers.Norm"))
        #expect(try PickleSurvey(path: FixtureFiles.path("plain.safetensors")) == nil)
        for name in ["values-legacy.pth", "whole-legacy.pth", "values-protocol4.pth", "script-compact.pth"] {
            let survey = try #require(try PickleSurvey(path: FixtureFiles.path(name)))
            #expect(survey.names.map(\.name).contains("torch._utils._rebuild_tensor_v2"), "\(name)")
        }
    }
}
