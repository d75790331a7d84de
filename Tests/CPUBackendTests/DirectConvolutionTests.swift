import CKernels
import TensorCore
import Testing

@testable import CPUBackend

/// The direct kernels at the sizes that take each of their ways: sums along vectors for few outputs, bands of rows,
/// patches, lattices of the input gradient, blocks and parts of the weight gradient.
@Suite struct DirectConvolutionTests {
    static let geometries: [ConvolutionGeometry] = [
        .square(batch: 1, channels: 64, size: 20, outputs: 3, kernel: 9, pad: 4),
        .square(batch: 2, channels: 3, size: 33, outputs: 40, kernel: 3, pad: 1),
        .square(batch: 2, channels: 17, size: 12, outputs: 8, kernel: 7, pad: 3),
        .square(batch: 1, channels: 96, size: 8, outputs: 200, kernel: 5, pad: 2),
        .square(batch: 3, channels: 140, size: 2, outputs: 36, kernel: 4, stride: 2, pad: 1),
        .square(batch: 2, channels: 5, size: 11, outputs: 9, kernel: 1, stride: 3),
        .square(batch: 2, channels: 9, size: 26, outputs: 33, kernel: 3, stride: 2, pad: 1),
        .square(batch: 1, channels: 130, size: 18, outputs: 2, kernel: 3, stride: 2, pad: 2),
        // Padding so wide that some outputs meet no input at all
        .square(batch: 1, channels: 6, size: 4, outputs: 20, kernel: 2, stride: 1, pad: 4),
        ConvolutionGeometry(
            batch: 2, inputChannels: 31, inputHeight: 3, inputWidth: 40, outputChannels: 50, kernelHeight: 5,
            kernelWidth: 2, strideHeight: 1, strideWidth: 3, padTop: 4, padLeft: 0, padBottom: 1, padRight: 3),
    ]

    @Test(arguments: geometries) func agreesWithPlainLoops(_ g: ConvolutionGeometry) throws {
        let reference = ConvolutionReference(g)
        for pass in ConvolutionPass.allCases {
            let single = try #require(try reference.result(pass, by: .direct))
            #expect(reference.error(of: single, pass) < 2e-6, "\(pass)")
            let half = try #require(try reference.result(pass, by: .direct, precision: .bfloat16))
            let error = reference.error(of: half, pass)
            #expect(error < 5e-3, "\(pass)")
            #expect(error > 1e-5, "the factors of \(pass) were not rounded")
        }
    }

    @Test(arguments: [1, 2, 3], geometries.prefix(5)) func everyInstructionSetAgrees(
        _ level: Int32, _ g: ConvolutionGeometry
    ) throws {
        defer { ck_limit_instructions(3) }
        let reference = ConvolutionReference(g)
        for pass in ConvolutionPass.allCases {
            ck_limit_instructions(level)
            let single = try #require(try reference.result(pass, by: .direct))
            #expect(reference.error(of: single, pass) < 2e-6, "\(pass)")
            let half = try #require(try reference.result(pass, by: .direct, precision: .bfloat16))
            #expect(reference.error(of: half, pass) < 5e-3, "\(pass)")
        }
    }
}
