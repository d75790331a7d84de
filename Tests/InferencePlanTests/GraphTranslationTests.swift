import ONNX
import TensorCore
import Testing

@testable import InferencePlan

/// The parts of which graphs of other formats are made.
@Suite struct GraphTranslationTests {
    private let plan = TracePlan([
        GraphInput("x", [.free(.batch), .fixed(3), .free(.height(multiple: 1)), .free(.width(multiple: 1))])
    ])

    private func values(_ body: (Int, Int, Int) -> Int) -> [Int] {
        plan.samples.map { body($0[0], $0[1], $0[2]) }
    }

    @Test func extentsFollowFromTheInputs() {
        #expect(plan.formula(values { _, _, _ in 7 })?.constant == 7)
        #expect(plan.formula(values { n, _, _ in n }) == ExtentFormula(factor: 1, axes: [0], offset: 0, divisor: 1))
        #expect(
            plan.formula(values { _, h, _ in 4 * h + 6 }) == ExtentFormula(factor: 4, axes: [1], offset: 6, divisor: 1))
        #expect(
            plan.formula(values { n, h, w in 5 * n * h * w })
                == ExtentFormula(factor: 5, axes: [0, 1, 2], offset: 0, divisor: 1))
        #expect(plan.formula(values { _, h, _ in (h + 7) / 8 }) == nil)
        let even = TracePlan([GraphInput("x", [.free(.height(multiple: 8))])])
        #expect(
            even.formula(even.samples.map { $0[0] / 8 }) == ExtentFormula(factor: 1, axes: [0], offset: 0, divisor: 8))
    }

    private static let lengths = [17, 19, 23]

    @Test func mapsOfAxesAreRecognized() {
        func form(_ make: (Int) -> AxisMap) -> AxisMapForm? { AxisMapForm(Self.lengths.map(make)) }
        func taking(_ positions: @escaping (Int) -> [Int?]) -> AxisMapForm? {
            form { AxisMap(inputLength: $0, taking: positions($0)) }
        }
        #expect(
            taking { n in (2..<n - 1).map { $0 } } == .slice(starts: [2, 2, 2], counts: [14, 16, 20], step: 1))
        let reversed = taking { n in (0..<n).reversed().map { $0 } }
        #expect(reversed == .slice(starts: [16, 18, 22], counts: [17, 19, 23], step: -1))
        let mirrored = taking { n in (-2..<n + 1).map { Reflection.position($0, length: n) } }
        #expect(mirrored == .padded(.reflect, before: 2, after: 1))
        #expect(taking { n in (-2..<n).map { $0 < 0 ? nil : $0 } } == .padded(.zero, before: 2, after: 0))
        #expect(taking { n in (0..<3 * n).map { $0 / 3 } } == .repeated(3))
        #expect(
            form { .resampling(from: $0, to: 2 * $0, .bilinear, antialiased: false) } == .resampled(.bilinear))
        #expect(form { .resampling(from: $0, to: 3 * $0, .bicubic, antialiased: false) } == .resampled(.bicubic))
        #expect(form { .resampling(from: $0, to: 8, .bilinear, antialiased: true) } == nil)
        #expect(AxisMapForm([.resampling(from: 32, to: 9, .bilinear, antialiased: true)]) == .matrix)
        let means = form { n in
            AxisMap(inputLength: n, rows: (0..<n / 2).map { [(2 * $0, 0.5), (2 * $0 + 1, 0.5)] })
        }
        #expect(means == .filter(taps: [0.5, 0.5], first: -1, up: 1, down: 2))
    }

    @Test func operationsOfSizesThatCannotBeSaidAreErrors() {
        let inputs = [GraphInput("x", [.fixed(1), .fixed(3), .free(.height(multiple: 1)), .fixed(8)])]
        func graph(_ forward: (Tensor) -> Tensor) throws -> ONNXGraph {
            try GraphTranslation.graph(named: "g", inputs: inputs, output: ("y", ""), weightNames: [:]) {
                forward($0[0])
            }
        }
        #expect(throws: GraphExportError.self) { try graph { $0.resized(height: 5, width: 5, antialiased: true) } }
        #expect(throws: Never.self) { try graph { $0.mean(axes: [2, 3], keepingAxes: true) * $0 } }
        #expect(throws: Never.self) { try graph { $0.flattened(from: 2).softmax() } }
    }
}
