import CPUBackend
import Foundation
import Synchronization
import TensorCore
import TestSupport
import Testing

/// The same numbers, bit for bit, however many threads compute and however many images are computed together; only
/// weight gradients that oneDNN computes are left out of the first half of that.
@Suite("Determinism", .serialized) struct DeterminismTests {
    private struct Work: Sendable, CustomStringConvertible {
        let description: String
        let shapes: [[Int]]
        /// oneDNN splits the sum of a weight gradient over its threads, so its rounding depends on how many there are.
        var sumsByThreads = false
        let function: @Sendable ([Tensor]) -> Tensor
    }

    /// Large enough to be cut into pieces.
    private static let works: [Work] = [
        Work(description: "convolution", shapes: [[4, 16, 32, 32], [24, 16, 3, 3], [24]], sumsByThreads: true) {
            $0[0].convolved(with: $0[1], bias: $0[2], ConvolutionParameters(padding: 1))
        },
        Work(description: "strided convolution", shapes: [[4, 16, 32, 32], [24, 16, 4, 4]]) {
            $0[0].convolved(with: $0[1], ConvolutionParameters(stride: 2, padding: 1))
        },
        Work(description: "transposed convolution", shapes: [[4, 24, 16, 16], [24, 16, 4, 4]]) {
            $0[0].transposedConvolved(with: $0[1], ConvolutionParameters(stride: 2, padding: 1))
        },
        Work(
            description: "convolution to one channel", shapes: [[8, 16, 32, 32], [1, 16, 4, 4]], sumsByThreads: true
        ) {
            $0[0].convolved(with: $0[1], ConvolutionParameters(stride: 2, padding: 1))
        },
        Work(description: "matrix product", shapes: [[130, 300], [300, 190]]) { $0[0].matrixProduct($0[1]) },
        Work(description: "batch normalization", shapes: [[8, 16, 32, 32], [16], [16]]) {
            $0[0].batchNormalized(gamma: $0[1], beta: $0[2]).output
        },
        Work(description: "group normalization", shapes: [[8, 16, 32, 32], [16], [16]]) {
            $0[0].groupNormalized(groups: 4, gamma: $0[1], beta: $0[2])
        },
        Work(description: "broadcast arithmetic", shapes: [[8, 16, 32, 32], [16, 1, 1]]) {
            $0[0] * $0[1] + $0[1].tanh()
        },
        Work(description: "reductions", shapes: [[8, 16, 32, 32]]) {
            $0[0].sum(axes: [0, 2]) * $0[0].variance(axes: [0, 3]) + $0[0].exp().mean()
        },
        Work(description: "softmax", shapes: [[500, 130]]) { $0[0].softmax() * $0[0].logSoftmax() },
        Work(description: "resampling", shapes: [[4, 8, 40, 40]]) { $0[0].resized(height: 64, width: 24, .bicubic) },
        Work(description: "lookups", shapes: [[40, 300]]) { x in
            x[0].gatheringRows((0..<400).map { $0 * 7 % 40 }).squared()
        },
        Work(description: "pooling", shapes: [[4, 16, 32, 32]]) {
            $0[0].maxPooled(window: 2) + $0[0].averagePooled(window: 2)
        },
    ]

    @Test("a limit holds for the calling thread, inside the closure")
    func limitedThreads() {
        let all = computeThreads
        withComputeThreads(atMost: 1) {
            #expect(computeThreads == 1)
            let elsewhere = Mutex(0)
            let thread = Thread { elsewhere.withLock { $0 = computeThreads } }
            thread.start()
            while !thread.isFinished { usleep(1000) }
            #expect(elsewhere.withLock(\.self) == all)
        }
        #expect(computeThreads == all)
    }

    @Test("values and gradients do not depend on the number of threads")
    func threads() {
        let original = computeThreads
        defer { setComputeThreads(original) }
        for work in Self.works {
            setComputeThreads(1)
            let alone = Self.results(of: work)
            for threads in [2, 3] {
                setComputeThreads(threads)
                for (part, (values, expected)) in zip(Self.results(of: work), alone).enumerated() {
                    let name = "\(work), \(part == 0 ? "value" : "gradient at input \(part - 1)"), \(threads) threads"
                    if work.sumsByThreads && part == 2 {
                        let span = expected.reduce(0) { max($0, abs($1)) }
                        let error = zip(values, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
                        #expect(error <= 1e-5 * span, "\(name)")
                    } else {
                        let differing = zip(values, expected).count { $0 != $1 }
                        #expect(differing == 0, "\(name)")
                    }
                }
            }
        }
    }

    /// The value and all gradients.
    private static func results(of work: Work) -> [[Float]] {
        let leaves = work.shapes.enumerated().map { index, shape in
            Random(seed: 5, stream: UInt64(index)).normal(Shape(shape)).requiringGradient()
        }
        let value = work.function(leaves)
        let cotangent = Random(seed: 6).normal(value.shape)
        let weights = gradients(of: [value], seeds: [cotangent], at: leaves)
        return [value.values] + weights.map { $0?.values ?? [] }
    }

    @Test("an image's values do not depend on the images computed with it")
    func batches() {
        let images = Random(seed: 9).normal([7, 8, 16, 16])
        let first = Random(seed: 10).normal([16, 8, 3, 3])
        let second = Random(seed: 11).normal([16, 12, 4, 4])
        let last = Random(seed: 12).normal([12 * 32 * 32, 10])
        func network(_ x: Tensor) -> Tensor {
            x.convolved(with: first, ConvolutionParameters(padding: 1)).leakyReLU()
                .instanceNormalized()
                .transposedConvolved(with: second, ConvolutionParameters(stride: 2, padding: 1)).tanh()
                .flattened().matrixProduct(last)
        }
        let together = network(images)
        for (start, count) in [(0, 1), (3, 2), (2, 5), (6, 1)] {
            let part = network(images.slice(axis: 0, from: start, count: count))
            #expect(part.values == together.slice(axis: 0, from: start, count: count).values)
        }
    }
}
