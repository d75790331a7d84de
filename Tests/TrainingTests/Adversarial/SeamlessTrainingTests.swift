import Layers
import TensorCore
import TestSupport
import Testing

@testable import Training

/// Training of images that repeat.
@Suite struct SeamlessTrainingTests {
    private func context(_ wrapping: Wrapping, _ body: @escaping (StepContext) -> Void) throws {
        let network = Linear(1, 1, random: Random(seed: 1))
        let player = Player(
            "network", network, optimizer: SGD(network.parameters), rate: Player.LearningRate(0.1))
        let phase = TrainingPhase("only", [player]) { context in
            body(context)
            return network(.ones([1, 1]), context.training).sum()
        }
        _ = try PhaseLoop([phase], seed: 1, wrapping: wrapping).step(1, measuring: false)
    }

    @Test(arguments: Wrapping.allCases) func modesKnowTheAxes(_ wrapping: Wrapping) throws {
        try context(wrapping) { context in
            #expect(context.training.wrapping == wrapping && context.frozen.wrapping == wrapping)
            let bordered = context.withBorders
            #expect(bordered.training.wrapping == .neither && bordered.frozen.wrapping == .neither)
        }
    }

    /// A window has all pixels of the image, each beside its neighbors, and begins anywhere along the axes.
    @Test(arguments: Wrapping.allCases) func windowsBeginAnywhere(_ wrapping: Wrapping) throws {
        let x = Tensor((0..<2 * 4 * 6).map { Float($0) }, shape: [1, 2, 4, 6])
        try context(wrapping) { context in
            var starts: Set<[Int]> = []
            for _ in 0..<400 {
                let window = context.windows(of: x)
                let first = Int(window.values[0])
                let (down, right) = (first / 6, first % 6)
                #expect(window.values == x.rolled(down: -down, right: -right).values)
                starts.insert([down, right])
            }
            #expect(starts.count == (wrapping.joinsRows ? 4 : 1) * (wrapping.joinsColumns ? 6 : 1))
        }
    }

    /// Gradients of a window reach the pixels that it shows.
    @Test func gradientsFlowThroughWindows() throws {
        try context(.xy) { context in
            let x = Random(seed: 2).uniform([2, 1, 4, 4]).requiringGradient()
            let found = gradients(of: context.windows(of: x).squared().sum(), at: [x])
            #expect(found[0].map { ($0 - x * 2).norm < 1e-5 } == true)
        }
    }

    /// The discriminator sees windows of generated images, real ones as they are, and both with borders.
    @Test func discriminatorsSeeWindows() throws {
        let fake = Tensor((0..<64).map { Float($0) }, shape: [1, 1, 8, 8])
        let real = fake.scaled(by: -1)
        try context(.x) { context in
            var seen: [Tensor] = []
            let adversary = Adversary(.nonSaturating) { images, mode in
                #expect(mode.wrapping == .neither)
                seen.append(images)
                return DiscriminatorOutput(logits: images.mean(axes: [1, 2, 3]))
            }
            for _ in 0..<8 {
                _ = adversary.discriminatorLoss(real: real, fake: fake, context)
                _ = adversary.output(of: fake, context)
            }
            #expect(seen.filter { $0.values[1] < 0 }.allSatisfy { $0.values == real.values })
            let windows = seen.filter { $0.values[1] > 0 || $0.values[2] > 0 }
            #expect(windows.count == 16 && Set(windows.map { $0.values[0] }).count > 3)
            #expect(windows.allSatisfy { Set($0.values) == Set(fake.values) })
        }
    }
}
