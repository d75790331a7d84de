import TensorCore
import Testing

@testable import CPUBackend

/// Every method for convolutions, forced in turn, against plain loops in double precision.
@Suite struct ConvolutionMethodTests {
    static let geometries =
        ConvolutionKernelTests.geometries + [
            .square(batch: 2, channels: 32, size: 18, outputs: 32, kernel: 3, pad: 1),
            .square(batch: 1, channels: 48, size: 13, outputs: 64, kernel: 3, pad: 1),
            .square(batch: 1, channels: 64, size: 7, outputs: 16, kernel: 3, pad: 1),
            .square(batch: 1, channels: 16, size: 12, outputs: 16, kernel: 3, pad: 0),
        ]

    /// Rounding: sums in float32; Winograd's transforms and bfloat16 factors lose more.
    private func bound(_ method: ConvolutionMethod, _ precision: KernelPrecision) -> Double {
        if precision == .bfloat16 { return method == .winograd ? 2e-2 : 1e-2 }
        return method == .winograd || method == .oneDNNWinograd ? 1e-5 : 2e-6
    }

    @Test(arguments: geometries) func everyMethodAgreesWithPlainLoops(_ g: ConvolutionGeometry) throws {
        let reference = ConvolutionReference(g)
        for pass in ConvolutionPass.allCases {
            let channels = pass == .forward ? g.outputChannels : g.inputChannels
            let bias = pass == .weightGradient ? nil : Random(seed: 4).uniform([channels], in: -1..<1).values
            for precision in KernelPrecision.allCases {
                for method in ConvolutionMethod.allCases {
                    guard let result = try reference.result(pass, by: method, precision: precision, bias: bias) else {
                        #expect(method != .oneDNNChannelsLast || precision == .bfloat16, "has to take everything")
                        continue
                    }
                    let error = reference.error(of: result, pass, bias: bias)
                    #expect(error < bound(method, precision), "\(pass) \(precision) \(method)")
                }
            }
        }
    }

    @Test func theTableTakesEverything() {
        for g in Self.geometries {
            for pass in ConvolutionPass.allCases {
                let call = ConvolutionCall(g, pass, input: [], weight: [], output: [])
                #expect(ConvolutionMethod.byRule(call) != nil)
            }
        }
    }

    /// A sample's result may not depend on its company by any method.
    @Test(arguments: ConvolutionMethod.allCases) func aSampleDoesNotDependOnItsCompany(
        _ method: ConvolutionMethod
    ) throws {
        for var g: ConvolutionGeometry in [
            .square(batch: 5, channels: 32, size: 12, outputs: 32, kernel: 4, stride: 2, pad: 1),
            .square(batch: 5, channels: 48, size: 4, outputs: 20, kernel: 4),
            .square(batch: 5, channels: 3, size: 16, outputs: 64, kernel: 4, stride: 2, pad: 1),
            .square(batch: 5, channels: 32, size: 14, outputs: 48, kernel: 3, pad: 1),
        ] {
            let weight = Random(seed: 2).uniform([g.weightCount], in: -1..<1).values
            for pass in [ConvolutionPass.forward, .inputGradient] {
                let count = pass == .forward ? g.inputCount : g.outputCount
                let source = Random(seed: 1).uniform([count], in: -1..<1).values
                guard let together = try run(g, pass, source, weight, method) else { continue }
                var alone: [Float] = []
                let batch = g.batch
                g.batch = 1
                for n in 0..<batch {
                    let part = Array(source[(n * count / batch)..<((n + 1) * count / batch)])
                    alone += try run(g, pass, part, weight, method) ?? []
                }
                g.batch = batch
                let isSame = together == alone
                #expect(isSame, "\(pass) of \(g)")
            }
        }
    }

    private func run(
        _ g: ConvolutionGeometry, _ pass: ConvolutionPass, _ source: [Float], _ weight: [Float],
        _ method: ConvolutionMethod
    ) throws -> [Float]? {
        var result = [Float](repeating: .nan, count: pass == .forward ? g.outputCount : g.inputCount)
        let takes = ConvolutionCall(g, pass, input: source, weight: weight, output: source)
        guard method.takes(takes) else { return nil }
        if pass == .forward {
            try ConvolutionKernel.forward(g, input: source, weight: weight, output: &result, kernels: .always(method))
        } else {
            try ConvolutionKernel.inputGradient(
                g, outputGradient: source, weight: weight, inputGradient: &result, kernels: .always(method))
        }
        return result
    }
}
