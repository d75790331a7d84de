import TensorCore
import TestSupport

@testable import CPUBackend

/// A convolution and its gradients by plain loops in double precision, on channels-last arrays of random numbers.
struct ConvolutionReference {
    let geometry: ConvolutionGeometry
    let input: [Float]
    let weight: [Float]
    let outputGradient: [Float]
    /// What each pass has to give.
    let expected: [ConvolutionPass: [Double]]

    init(_ g: ConvolutionGeometry) {
        geometry = g
        input = Random(seed: 1).uniform([g.inputCount], in: -1..<1).values
        weight = Random(seed: 2).uniform([g.weightCount], in: -1..<1).values
        outputGradient = Random(seed: 3).uniform([g.outputCount], in: -1..<1).values
        let (x, w, dy) = (input, weight, outputGradient)
        let (ci, inputPlane) = (g.inputChannels, g.inputHeight * g.inputWidth)
        let (co, outputPlane) = (g.outputChannels, g.outputHeight * g.outputWidth)
        var y = [Double](repeating: 0, count: g.outputCount)
        var dx = [Double](repeating: 0, count: g.inputCount)
        var dw = [Double](repeating: 0, count: g.weightCount)
        g.forEachProduct { i, k, o in
            let i = (i / (ci * inputPlane) * inputPlane + i % inputPlane) * ci + i / inputPlane % ci
            let o = (o / (co * outputPlane) * outputPlane + o % outputPlane) * co + o / outputPlane % co
            y[o] += Double(x[i]) * Double(w[k])
            dx[i] += Double(dy[o]) * Double(w[k])
            dw[k] += Double(x[i]) * Double(dy[o])
        }
        expected = [.forward: y, .inputGradient: dx, .weightGradient: dw]
    }

    /// The pass by one method, or nil when that does not take it; with the bias, when there is one.
    func result(
        _ pass: ConvolutionPass, by method: ConvolutionMethod, precision: KernelPrecision = .float32,
        bias: [Float]? = nil
    ) throws -> [Float]? {
        var result = [Float](repeating: .nan, count: expected[pass]?.count ?? 0)
        let wasRun = try input.withUnsafeBufferPointer { x in
            try weight.withUnsafeBufferPointer { w in
                try outputGradient.withUnsafeBufferPointer { dy in
                    try (bias ?? []).withUnsafeBufferPointer { b in
                        try result.withUnsafeMutableBufferPointer { to in
                            let written = UnsafePointer(to.baseAddress!)
                            let call = ConvolutionCall(
                                geometry, pass, precision: precision,
                                input: pass == .inputGradient ? written : x.baseAddress!,
                                weight: pass == .weightGradient ? written : w.baseAddress!,
                                output: pass == .forward ? written : dy.baseAddress!,
                                epilogue: ConvolutionEpilogue(bias: bias == nil ? nil : b.baseAddress))
                            guard method.takes(call) else { return false }
                            try ConvolutionKernel.run(call, kernels: .always(method))
                            return true
                        }
                    }
                }
            }
        }
        return wasRun ? result : nil
    }

    /// Root of the mean squared error over that of the expected values.
    func error(of result: [Float], _ pass: ConvolutionPass, bias: [Float]? = nil) -> Double {
        var error = 0.0
        var size = 0.0
        for (i, value) in (expected[pass] ?? []).enumerated() {
            let value = value + (bias.map { Double($0[i % $0.count]) } ?? 0)
            error += (Double(result[i]) - value) * (Double(result[i]) - value)
            size += value * value
        }
        return (error / size).squareRoot()
    }
}
