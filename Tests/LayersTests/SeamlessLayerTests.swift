import InferencePlan
import Layers
import TensorCore
import TestSupport
import Testing

/// On a torus, no layer can tell where an image begins.
@Suite struct SeamlessLayerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// The number of pixels by which the input may be rolled.
        var grid = 1
        var scale = 1.0
        let layer: @Sendable () -> any Layer
    }

    private static let random = Random(seed: 3)

    static let cases: [Case] = [
        Case(testDescription: "3×3") { Conv2d(3, 4, kernel: 3, padding: 1, random: random) },
        Case(testDescription: "9×9") { Conv2d(3, 4, kernel: 9, padding: 4, random: random) },
        Case(testDescription: "dilated") {
            Conv2d(3, 3, kernel: 3, padding: 2, dilation: 2, groups: 3, random: random)
        },
        Case(testDescription: "4×4 s2", grid: 2, scale: 0.5) {
            Conv2d(3, 4, kernel: 4, stride: 2, padding: 1, random: random)
        },
        Case(testDescription: "3×3 s2", grid: 2, scale: 0.5) {
            Conv2d(3, 4, kernel: 3, stride: 2, padding: 1, random: random)
        },
        Case(testDescription: "transposed 4×4 s2", scale: 2) {
            ConvTranspose2d(3, 4, kernel: 4, stride: 2, padding: 1, random: random)
        },
        Case(testDescription: "transposed 3×3 s2", scale: 2) {
            ConvTranspose2d(3, 4, kernel: 3, stride: 2, padding: 1, outputPadding: 1, random: random)
        },
        Case(testDescription: "transposed 3×3") { ConvTranspose2d(3, 4, kernel: 3, padding: 1, random: random) },
        Case(testDescription: "padded") { Sequential([Pad(3), Conv2d(3, 4, kernel: 7, random: random)]) },
        Case(testDescription: "nearest", scale: 2) { Upsample(2, .nearest) },
        Case(testDescription: "bilinear", scale: 2) { Upsample(2, .bilinear) },
        Case(testDescription: "bicubic", scale: 3) { Upsample(3, .bicubic) },
        Case(testDescription: "mean of windows", grid: 2, scale: 0.5) { AveragePool(3, stride: 2, padding: 1) },
        Case(testDescription: "maximum of windows", grid: 2, scale: 0.5) { MaxPool(3, stride: 2, padding: 1) },
        Case(testDescription: "instance norm") { InstanceNorm(3) },
        Case(testDescription: "batch norm") { Sequential([BatchNorm(3), ReLU()]) },
    ]

    @Test(arguments: cases, [Wrapping.x, .y, .xy]) func noLayerSeesABorder(_ layer: Case, _ wrapping: Wrapping) {
        let network = layer.layer()
        for mode in [ForwardMode.inference, .training(Random(seed: 1)), .frozen(Random(seed: 1)), .calibration()] {
            let error = torusError([2, 3, 8, 12], grid: layer.grid, scale: layer.scale, wrapping) {
                network($0, mode.wrapping(wrapping)).detached
            }
            #expect(error < 1e-5)
        }
    }

    @Test(arguments: cases) func plansAreOfOneKindOfTorus(_ layer: Case) {
        let network = layer.layer()
        let planned = PlannedNetwork(network)
        let x = Random(seed: 5).uniform([1, 3, 8, 12])
        let results = Wrapping.allCases.map { planned(x, wrapping: $0) }
        for (wrapping, result) in zip(Wrapping.allCases, results) {
            #expect(result.distance(from: network(x, .inference.wrapping(wrapping))) < 1e-5)
            #expect(result.values == planned(x, wrapping: wrapping).values)
        }
        #expect(planned(x).values == results[0].values)
    }

    @Test func layersWithBordersAreFound() {
        let random = Random(seed: 3)
        let layers: [any Layer] = [
            Conv2d(2, 2, kernel: 3, padding: 1, random: random),
            ConvTranspose2d(2, 2, kernel: 4, stride: 2, padding: 1, random: random),
            ConvTranspose2d(2, 2, kernel: 3, stride: 2, padding: 1, outputPadding: 1, random: random),
            Upsample(2, .bicubic), AveragePool(3, stride: 1, padding: 1), Pad(2, .reflect), Pad(1, .zero),
        ]
        for layer in layers {
            let plan = InferencePlan([[1, 2, 8, 8]]) { layer($0[0], .inference) }
            let onTorus = InferencePlan([[1, 2, 8, 8]]) { layer($0[0], .inference.wrapping(.xy)) }
            let inRing = InferencePlan([[1, 2, 8, 8]]) { layer($0[0], .inference.wrapping(.x)) }
            #expect(!plan.stepsWithBorders(.xy).isEmpty, "\(layer)")
            #expect(plan.stepsWithBorders(.neither).isEmpty)
            #expect(onTorus.stepsWithBorders(.xy).isEmpty, "\(layer): \(onTorus.stepsWithBorders(.xy))")
            #expect(inRing.stepsWithBorders(.x).isEmpty && !inRing.stepsWithBorders(.y).isEmpty, "\(layer)")
        }
    }

    @Test func computedWeightsAreLookedAtToo() {
        func plan(_ wrapping: Wrapping) -> InferencePlan {
            InferencePlan([[1, 2, 8, 8], [2, 2, 3, 3]]) {
                $0[0].convolved(with: $0[1], .init(padding: 1), wrapping: wrapping)
            }
        }
        #expect(plan(.xy).stepsWithBorders(.xy).isEmpty)
        #expect(plan(.neither).stepsWithBorders(.x).count == 1 && plan(.x).stepsWithBorders(.y).count == 1)
    }

    /// Large images get their margins in one pass.
    @Test(arguments: [(1, 1, 1, 1), (0, 3, 2, 0), (2, 0, 0, 2), (50, 1, 70, 3)])
    func marginsOfLargeImages(_ top: Int, _ bottom: Int, _ left: Int, _ right: Int) {
        let random = Random(seed: 3)
        // A convolution leaves its result with the channels last, as a network has it.
        let x = random.uniform([2, 3, 48, 64]).convolved(with: random.uniform([16, 3, 1, 1]))
        let found = x.padded(top: top, bottom: bottom, left: left, right: right, mode: .circular)
        let expected = x.gathering(Wrapping.positions(-top..<48 + bottom, length: 48), axis: 2)
            .gathering(Wrapping.positions(-left..<64 + right, length: 64), axis: 3)
        #expect(found.values == expected.values)
    }
}
