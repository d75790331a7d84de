import Foundation
import TensorCore
import Testing

@testable import CPUBackend

/// The choice of kernels by measurement, and the file that remembers it.
@Suite final class KernelChoiceTests {
    private let folder = NSTemporaryDirectory() + "atelier-kernels-\(UInt64.random(in: 0 ... .max))"
    private var file: AutotuneCache { AutotuneCache(folder: folder + "/cache") }

    private let geometry = ConvolutionGeometry.square(
        batch: 2, channels: 32, size: 24, outputs: 32, kernel: 3, pad: 1)
    private let input: Tensor
    private let weight: Tensor
    private let output: Tensor

    init() {
        input = Random(seed: 1).normal([geometry.inputCount])
        weight = Random(seed: 2).normal([geometry.weightCount])
        output = Random(seed: 3).normal([geometry.outputCount])
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func call(_ pass: ConvolutionPass = .forward, batch: Int = 2) throws -> ConvolutionCall {
        var g = geometry
        g.batch = batch
        return try ConvolutionCall(g, pass, input: input.pointer, weight: weight.pointer, output: output.pointer)
    }

    @Test func remembersWhatItMeasured() throws {
        let before = output.values
        let chosen = try #require(try ConvolutionChooser(file: file).method(for: call()))
        #expect(output.values == before, "a measurement may not write into the arrays of its call")
        #expect(try file.read() == [ConvolutionKey(call()).text: chosen])

        // Another process with the same file takes what stands there, whatever it would have measured.
        let other: ConvolutionMethod = chosen == .oneDNNBlocked ? .oneDNNChannelsLast : .oneDNNBlocked
        let text = try String(contentsOfFile: file.path, encoding: .utf8)
        try text.replacingOccurrences(of: ": \(chosen.rawValue)\n", with: ": \(other.rawValue)\n")
            .write(toFile: file.path, atomically: true, encoding: .utf8)
        #expect(try ConvolutionChooser(file: file).method(for: call()) == other)
    }

    @Test func keepsWhatOthersWrote() {
        #expect(file.add(.oneDNNBlocked, for: "one") == .oneDNNBlocked)
        #expect(file.add(.oneDNNChannelsLast, for: "two") == .oneDNNChannelsLast)
        #expect(file.add(.oneDNNChannelsLast, for: "one") == .oneDNNBlocked)
        #expect(file.read() == ["one": .oneDNNBlocked, "two": .oneDNNChannelsLast])
    }

    @Test(arguments: ["", "nonsense", "half a line", "another machine"])
    func ignoresWhatItDoesNotUnderstand(_ kind: String) throws {
        _ = file.add(.oneDNNBlocked, for: "one")
        let good = try String(contentsOfFile: file.path, encoding: .utf8)
        let bad =
            switch kind {
            case "nonsense": "\u{0}\u{1}:::\n"
            case "half a line": String(good.dropLast(8))
            case "another machine": good.replacingOccurrences(of: "oneDNN", with: "twoDNN")
            default: ""
            }
        try bad.write(toFile: file.path, atomically: true, encoding: .utf8)
        #expect(file.read().isEmpty)
        _ = file.add(.oneDNNChannelsLast, for: "two")
        #expect(file.read() == ["two": .oneDNNChannelsLast])
    }

    @Test func worksWithoutAFile() throws {
        #expect(try ConvolutionChooser(file: nil).method(for: call()) != nil)
        let unwritable = ConvolutionChooser(file: AutotuneCache(folder: "/proc/no/such/folder"))
        #expect(try unwritable.method(for: call()) != nil)
    }

    @Test func leavesSmallWorkToTheTable() throws {
        let small = ConvolutionGeometry.square(batch: 1, channels: 4, size: 8, outputs: 4, kernel: 3, pad: 1)
        let call = try ConvolutionCall(
            small, .forward, input: input.pointer, weight: weight.pointer, output: output.pointer)
        #expect(ConvolutionChooser(file: file).method(for: call) == nil)
        #expect(!FileManager.default.fileExists(atPath: file.path))
    }

    @Test func theBatchCountsForWeightGradientsOnly() throws {
        #expect(try ConvolutionKey(call(batch: 1)) == ConvolutionKey(call(batch: 2)))
        #expect(try ConvolutionKey(call(.inputGradient, batch: 1)) == ConvolutionKey(call(.inputGradient)))
        #expect(try ConvolutionKey(call(.weightGradient, batch: 1)) != ConvolutionKey(call(.weightGradient)))
    }

    @Test func everyChoiceHasAName() {
        for name in KernelSelection.names { #expect(KernelSelection(name)?.description == name) }
        #expect(KernelSelection("fastest") == nil)
        #expect(KernelSelection("auto") == .measured)
    }

    @Test func aForcedKernelStepsAsideWhereItCannot() throws {
        let byRule = try KernelSelection.rules.method(for: call())
        #expect(try byRule == ConvolutionMethod.byRule(call()))
        #expect(try KernelSelection.always(.wholeWindow).method(for: call()) == byRule)
        #expect(try KernelSelection.always(.oneDNNBlocked).method(for: call()) == .oneDNNBlocked)
    }
}
