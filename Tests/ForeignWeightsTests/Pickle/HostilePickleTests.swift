import Foundation
import Testing

@testable import ForeignWeights

/// Pickles that want something done, or want too much.
@Suite struct HostilePickleTests {
    private func refusal(_ pickle: [UInt8]) -> String? {
        guard case .refused(let what, _)? = failure(ArchiveBytes.pytorch(pickle)) else { return nil }
        return what
    }

    private func pickle(_ fill: (inout Instructions) -> Void) -> [UInt8] {
        var result = Instructions()
        fill(&result)
        return result.bytes
    }

    @Test func theHarmlessOneIsRead() throws {
        let bytes = ArchiveBytes.pytorch(
            Instructions.dictionary { $0.tensor(stored: 4, shape: [2, 2], strides: [1, 2]) })
        #expect(try ForeignWeights(bytes: bytes, path: "x").tensors["a"]?.shape == [2, 2])
    }

    /// A queue whose head is cut off would move all others each time: minutes.
    @Test(.timeLimit(.minutes(1))) func oneDictionaryUnderManyKeysIsReadOnce() throws {
        let bytes = pickle {
            $0.raw("}(")
            $0.text("a")
            $0.tensor(stored: 4, shape: [4], strides: [1])
            $0.text("b")
            $0.raw("}q")
            $0.raw([0])
            for number in 0..<250_000 {
                $0.text("\(number)")
                $0.raw([0x68, 0])
            }
            $0.raw("u.")
        }
        #expect(try ForeignWeights(bytes: ArchiveBytes.pytorch(bytes), path: "x").tensors["a"]?.shape == [4])
    }

    @Test func commandsAreNamedAndNotExecuted() {
        let trace = FileManager.default.temporaryDirectory.appendingPathComponent("pwned-\(UUID().uuidString)").path
        let command = "touch \(trace)"
        let attacks: [(String, [UInt8])] = [
            (
                "posix.system",
                pickle {
                    $0.global("posix", "system")
                    $0.raw("(")
                    $0.text(command)
                    $0.raw("tR.")
                }
            ),
            (
                "os.system",
                pickle {
                    $0.text("os")
                    $0.text("system")
                    $0.raw([0x93])
                    $0.text(command)
                    $0.raw([0x85, 0x52, 0x2E])
                }
            ),
            (
                "builtins.eval",
                pickle {
                    $0.global("builtins", "eval")
                    $0.text("1")
                    $0.raw([0x85, 0x81, 0x2E])
                }
            ),
            (
                "os.system",
                pickle {
                    $0.raw("(")
                    $0.text(command)
                    $0.raw("ios\nsystem\n.")
                }
            ),
            (
                "os.system",
                pickle {
                    $0.raw("(")
                    $0.global("os", "system")
                    $0.text(command)
                    $0.raw("o.")
                }
            ),
            (
                "torch.load",
                pickle {
                    $0.global("torch", "load")
                    $0.raw(")R.")
                }
            ),
            (
                "collections.OrderedDict.fromkeys",
                pickle {
                    $0.global("collections.OrderedDict", "fromkeys")
                    $0.raw(".")
                }
            ),
            (
                "argparse.ArgumentParser",
                pickle {
                    $0.global("argparse", "ArgumentParser")
                    $0.raw([0x29, 0x81, 0x2E])
                }
            ),
            (".", pickle { $0.raw("c\n\n.") }),
        ]
        for (name, bytes) in attacks {
            #expect(refusal(bytes)?.contains(name) == true, "\(name): \(refusal(bytes) ?? "not refused")")
        }
        #expect(!FileManager.default.fileExists(atPath: trace))
    }

    @Test func instructionsThatMakeObjects() {
        for (code, name) in PickleInstruction.refused where code != PickleInstruction.instance {
            #expect(refusal([0x80, 2, code, 0, 0, 0, 0, 0x2E]) == "uses the pickle instruction \(name)")
        }
        #expect(refusal([0x80, 2, 0xFF]) == "uses the pickle instruction 0xff")
        // Attributes of a tensor or a function, calls of what is no function.
        #expect(
            refusal(
                Instructions.dictionary {
                    $0.tensor(stored: 4, shape: [4], strides: [1])
                    $0.raw("}b")
                })
                == "sets attributes of a tensor")
        #expect(
            refusal(
                pickle {
                    $0.global("collections", "OrderedDict")
                    $0.raw("}b.")
                }) == "sets attributes of a function")
        #expect(refusal(pickle { $0.raw("})R.") }) == "calls something that is not a function")
        #expect(
            refusal(
                pickle {
                    $0.raw("(")
                    $0.text("module")
                    $0.raw("tQ.")
                })?.contains("stored") == true)
    }

    /// Lengths are compared with what is left before anything is allocated.
    @Test func hugeLengths() {
        let lengths: [[UInt8]] = [
            [0x8B, 0xFF, 0xFF, 0xFF, 0x7F], [0x8B, 0xFF, 0xFF, 0xFF, 0xFF], [0x8A, 200, 1],
            [0x58, 0xFF, 0xFF, 0xFF, 0xFF], [0x54, 0xFF, 0xFF, 0xFF, 0xFF], [0x42, 0xFF, 0xFF, 0xFF, 0xFF],
            [0x8D] + [UInt8](repeating: 0xFF, count: 8), [0x8E] + [UInt8](repeating: 0xFF, count: 8),
            [0x8E, 0, 0, 0, 0, 0, 1, 0, 0], [0x96] + [UInt8](repeating: 0xFF, count: 7) + [0x7F],
            [0x95] + [UInt8](repeating: 0xFF, count: 8), [0x95, 0, 1, 0, 0, 0, 0, 0, 0], [0x8C, 9, 1], [0x55, 9, 1],
        ]
        for length in lengths {
            guard case .truncated? = failure(ArchiveBytes.pytorch([0x80, 2] + length)) else {
                Issue.record("\(length)")
                continue
            }
        }
    }

    @Test func tensorsThatLie() {
        let lies: [(stored: Int, offset: Int, shape: [Int], strides: [Int])] = [
            (4, 0, [5], [1]), (4, 1, [4], [1]), (4, -1, [1], [1]), (4, 0, [-1], [1]), (4, 0, [2, 2], [1]),
            (4, 0, [2], [-1]), (4, 0, [2], [4]), (1, 0, [1 << 30, 1 << 30], [0, 0]),
            (1, 0, [1 << 30, 1 << 30, 1 << 30], [0, 0, 0]), (1, 0, [5000], [0]),
            (4, 0, [2, 1 << 30], [1 << 30, 1 << 30]), (-4, 0, [1], [1]), (4, 5, [1], [1]), (100, 0, [100], [1]),
            (4, 0, [Int](repeating: 1, count: 33), [Int](repeating: 1, count: 33)),
        ]
        for lie in lies {
            let bytes = Instructions.dictionary {
                $0.tensor(stored: lie.stored, offset: lie.offset, shape: lie.shape, strides: lie.strides)
            }
            switch failure(ArchiveBytes.pytorch(bytes)) {
            case .malformed?, .refused?: break
            case let other: Issue.record("\(lie): \(String(describing: other))")
            }
        }
    }

    /// Many tensors of the same numbers take more than their file has.
    @Test func tensorsThatMultiply() {
        var instructions = Instructions()
        instructions.raw("}(")
        for index in 0..<300 {
            instructions.text("t\(index)")
            instructions.tensor(stored: 4096, shape: [4096], strides: [1])
        }
        instructions.raw("u.")
        let bytes = ArchiveBytes.pytorch(instructions.bytes, storage: [UInt8](repeating: 0, count: 16384))
        guard case .tooLarge(let reason)? = failure(bytes) else {
            Issue.record("\(String(describing: failure(bytes)))")
            return
        }
        #expect(reason.contains("tensors"))
    }

    @Test func valuesThatContainThemselves() {
        // A dictionary in itself under a wrapper's name, a list in itself, a tuple noted before it is complete.
        let dictionary = pickle {
            $0.raw("}q\u{0}")
            $0.text("model")
            $0.raw("h\u{0}s.")
        }
        guard case .noTensors? = failure(ArchiveBytes.pytorch(dictionary)) else {
            Issue.record("\(String(describing: failure(ArchiveBytes.pytorch(dictionary))))")
            return
        }
        #expect(failure(ArchiveBytes.pytorch(pickle { $0.raw("]q\u{0}h\u{0}a.") })) == .noTensors("it holds a list"))
        let tuple = Instructions.dictionary {
            $0.raw("]q\u{0}h\u{0}")
            $0.raw([0x85, 0x71, 1, 0x61])
        }
        guard case .noTensors? = failure(ArchiveBytes.pytorch(tuple)) else {
            Issue.record("\(String(describing: failure(ArchiveBytes.pytorch(tuple))))")
            return
        }
    }

    /// Read and released without recursion: 150,000 tuples or lists in one another.
    @Test func deepValues() {
        let depth = 150_000
        func repeated(_ byte: UInt8) -> [UInt8] { [UInt8](repeating: byte, count: depth) }
        let tuples = [0x80, 2, 0x4E] + repeated(0x85) + [0x2E]
        let lists = [0x80, 2] + repeated(0x28) + [0x4E] + repeated(0x6C) + [0x2E]
        #expect(failure(ArchiveBytes.pytorch(tuples)) == .noTensors("it holds a tuple"))
        #expect(failure(ArchiveBytes.pytorch(lists)) == .noTensors("it holds a list"))
        // Marks that are never met again.
        let marks = [0x80, 2] + [UInt8](repeating: 0x28, count: 500_000) + [0x2E]
        guard case .malformed? = failure(ArchiveBytes.pytorch(marks)) else {
            Issue.record("marks")
            return
        }
    }

    /// Each tuple holds the one before ten times; written out they would be 10^100 values.
    @Test func laughsByTheBillion() {
        var bytes: [UInt8] = [0x80, 2, 0x7D]
        bytes += [0x58, 1, 0, 0, 0, 0x61, 0x5D, 0x71, 0]
        for index in UInt8(0)..<100 {
            bytes += [0x28] + [UInt8]([[0x68, index]].joined()) + [UInt8]((0..<9).flatMap { _ in [0x68, index] })
            bytes += [0x74, 0x71, index + 1]
        }
        bytes += [0x30]
        bytes += [UInt8](repeating: 0x30, count: 99) + [0x73, 0x2E]
        guard case .noTensors? = failure(ArchiveBytes.pytorch(bytes)) else {
            Issue.record("\(String(describing: failure(ArchiveBytes.pytorch(bytes))))")
            return
        }
    }

    /// One list of pairs, made into a dictionary again and again.
    @Test func dictionariesThatMultiply() {
        let bytes = pickle {
            $0.global("collections", "OrderedDict")
            $0.raw("q\u{0}](")
            for _ in 0..<2000 { $0.raw("(NNt") }
            $0.raw("eq\u{1}")
            for _ in 0..<2000 {
                $0.raw("h\u{0}h\u{1}")
                $0.raw([0x85, 0x52, 0x30])
            }
            $0.raw(".")
        }
        guard case .tooLarge? = failure(ArchiveBytes.pytorch(bytes)) else {
            Issue.record("\(String(describing: failure(ArchiveBytes.pytorch(bytes))))")
            return
        }
    }

    @Test func tooManyInstructionsAndBytes() {
        var limits = ForeignWeightsLimits()
        limits.pickleOperations = 1000
        let many = [0x80, 2] + [UInt8](repeating: 0x4E, count: 2000) + [0x2E]
        guard case .tooLarge? = failure(ArchiveBytes.pytorch(many), limits: limits) else {
            Issue.record("instructions")
            return
        }
        limits = .init()
        limits.descriptionBytes = 100
        guard case .tooLarge? = failure(ArchiveBytes.pytorch(many), limits: limits) else {
            Issue.record("bytes")
            return
        }
    }
}
