import CKernels
import TensorCore
import TestSupport
import Testing

@testable import CPUBackend

/// Every convolution kernel against plain loops in double precision.
@Suite struct ConvolutionKernelTests {
    static let geometries: [ConvolutionGeometry] = [
        // Generator and discriminator layers: k4 s2 p1, with planes that do and do not divide into tiles
        .square(batch: 2, channels: 16, size: 8, outputs: 32, kernel: 4, stride: 2, pad: 1),
        .square(batch: 3, channels: 48, size: 12, outputs: 40, kernel: 4, stride: 2, pad: 1),
        .square(batch: 1, channels: 64, size: 16, outputs: 64, kernel: 4, stride: 2, pad: 1),
        .square(batch: 2, channels: 32, size: 14, outputs: 96, kernel: 4, stride: 2, pad: 1),
        .square(batch: 2, channels: 32, size: 9, outputs: 32, kernel: 4, stride: 2, pad: 1),
        .square(batch: 5, channels: 64, size: 4, outputs: 80, kernel: 4, stride: 2, pad: 1),
        .square(batch: 2, channels: 32, size: 10, outputs: 32, kernel: 4, stride: 2, pad: 0),
        .square(batch: 2, channels: 32, size: 10, outputs: 32, kernel: 4, stride: 2, pad: 2),
        // First and last layers
        .square(batch: 3, channels: 3, size: 16, outputs: 64, kernel: 4, stride: 2, pad: 1),
        .square(batch: 2, channels: 1, size: 8, outputs: 24, kernel: 4, stride: 2, pad: 1),
        .square(batch: 3, channels: 48, size: 4, outputs: 1, kernel: 4),
        .square(batch: 3, channels: 30, size: 4, outputs: 20, kernel: 4),
        .square(batch: 2, channels: 64, size: 8, outputs: 3, kernel: 4, stride: 2, pad: 1),
        // Everything else
        .square(batch: 2, channels: 7, size: 11, outputs: 13, kernel: 3, pad: 1),
        .square(batch: 2, channels: 16, size: 12, outputs: 16, kernel: 3, stride: 3),
        .square(batch: 2, channels: 20, size: 6, outputs: 33, kernel: 1),
        .square(batch: 2, channels: 20, size: 7, outputs: 33, kernel: 1, stride: 2),
        .square(batch: 1, channels: 6, size: 13, outputs: 8, kernel: 3, pad: 2, dilation: 2),
        .square(batch: 2, channels: 12, size: 9, outputs: 18, kernel: 3, stride: 2, pad: 1, groups: 3),
        .square(batch: 2, channels: 8, size: 7, outputs: 8, kernel: 3, pad: 1, groups: 8),
        .square(batch: 1, channels: 4, size: 17, outputs: 5, kernel: 7, stride: 2, pad: 3),
        ConvolutionGeometry(
            batch: 2, inputChannels: 5, inputHeight: 9, inputWidth: 14, outputChannels: 6, kernelHeight: 3,
            kernelWidth: 5, strideHeight: 2, strideWidth: 1, padTop: 1, padLeft: 2, padBottom: 0, padRight: 3,
            dilationHeight: 1, dilationWidth: 2),
        ConvolutionGeometry(
            batch: 2, inputChannels: 32, inputHeight: 12, inputWidth: 20, outputChannels: 32, kernelHeight: 4,
            kernelWidth: 4, strideHeight: 2, strideWidth: 2, padTop: 1, padLeft: 2, padBottom: 2, padRight: 0),
    ]

    @Test(arguments: geometries) func agreesWithPlainLoops(_ g: ConvolutionGeometry) throws {
        let x = values(g.inputCount, seed: 1)
        let w = values(g.weightCount, seed: 2)
        let dy = values(g.outputCount, seed: 3)
        let outputBias = values(g.outputChannels, seed: 4)
        let inputBias = values(g.inputChannels, seed: 5)
        var y = [Double](repeating: 0, count: g.outputCount)
        var dx = [Double](repeating: 0, count: g.inputCount)
        var dw = [Double](repeating: 0, count: g.weightCount)
        g.forEachProduct { i, k, o in
            y[o] += Double(x[i]) * Double(w[k])
            dx[i] += Double(dy[o]) * Double(w[k])
            dw[k] += Double(x[i]) * Double(dy[o])
        }
        let outputPlane = g.outputHeight * g.outputWidth
        let inputPlane = g.inputHeight * g.inputWidth
        let biased = y.indices.map { y[$0] + Double(outputBias[$0 / outputPlane % g.outputChannels]) }
        let biasedGradient = dx.indices.map { dx[$0] + Double(inputBias[$0 / inputPlane % g.inputChannels]) }

        let xs = arranged(x, channels: g.inputChannels, plane: inputPlane)
        let dys = arranged(dy, channels: g.outputChannels, plane: outputPlane)
        for biasing in [false, true] {
            var result = [Float](repeating: .nan, count: g.outputCount)
            try ConvolutionKernel.forward(g, input: xs, weight: w, bias: biasing ? outputBias : nil, output: &result)
            let plain = restored(result, channels: g.outputChannels, plane: outputPlane)
            #expect(relativeError(plain, biasing ? biased : y) < 3e-6, "forward \(biasing)")

            result = [Float](repeating: .nan, count: g.inputCount)
            try ConvolutionKernel.inputGradient(
                g, outputGradient: dys, weight: w, bias: biasing ? inputBias : nil, inputGradient: &result)
            let plainGradient = restored(result, channels: g.inputChannels, plane: inputPlane)
            #expect(relativeError(plainGradient, biasing ? biasedGradient : dx) < 3e-6, "input gradient \(biasing)")
        }
        var result = [Float](repeating: .nan, count: g.weightCount)
        try ConvolutionKernel.weightGradient(g, input: xs, outputGradient: dys, weightGradient: &result)
        #expect(relativeError(result, dw) < 3e-6, "weight gradient")
    }

    @Test(arguments: [
        ConvolutionGeometry.square(batch: 7, channels: 64, size: 8, outputs: 64, kernel: 4, stride: 2, pad: 1),
        .square(batch: 7, channels: 64, size: 4, outputs: 1, kernel: 4),
        .square(batch: 7, channels: 3, size: 16, outputs: 64, kernel: 4, stride: 2, pad: 1),
        .square(batch: 7, channels: 16, size: 8, outputs: 16, kernel: 3, pad: 1),
    ])
    func aSampleDoesNotDependOnItsCompany(_ g: ConvolutionGeometry) throws {
        let x = values(g.inputCount, seed: 1)
        let w = values(g.weightCount, seed: 2)
        let dy = values(g.outputCount, seed: 3)
        var single = g
        single.batch = 1
        var together = [Float](repeating: 0, count: g.outputCount)
        var alone = together
        try forward(g, x, w, &together)
        var togetherBack = [Float](repeating: 0, count: g.inputCount)
        var aloneBack = togetherBack
        try inputGradient(g, dy, w, &togetherBack)
        for n in 0..<g.batch {
            var part = [Float](repeating: 0, count: single.outputCount)
            try forward(single, Array(x[(n * single.inputCount)..<((n + 1) * single.inputCount)]), w, &part)
            alone.replaceSubrange((n * part.count)..<((n + 1) * part.count), with: part)
            part = [Float](repeating: 0, count: single.inputCount)
            try inputGradient(single, Array(dy[(n * single.outputCount)..<((n + 1) * single.outputCount)]), w, &part)
            aloneBack.replaceSubrange((n * part.count)..<((n + 1) * part.count), with: part)
        }
        #expect(together == alone)
        #expect(togetherBack == aloneBack)
    }

    @Test func preparedWeightsFollowTheirVersion() throws {
        let g = ConvolutionGeometry.square(
            batch: 1, channels: 64, size: 8, outputs: 64, kernel: 4, stride: 2, pad: 1)
        let x = values(g.inputCount, seed: 1)
        let w = values(g.weightCount, seed: 2)
        let other = values(g.weightCount, seed: 9)
        func result(_ weight: [Float], _ key: WeightKey?) throws -> [Float] {
            var y = [Float](repeating: 0, count: g.outputCount)
            try ConvolutionKernel.forward(g, input: x, weight: weight, weightKey: key, output: &y)
            return y
        }
        let first = try result(w, WeightKey(identity: 0xfeed, version: 1))
        #expect(try first == result(w, nil))
        #expect(try result(w, WeightKey(identity: 0xfeed, version: 1)) == first)
        #expect(try result(other, WeightKey(identity: 0xfeed, version: 2)) == result(other, nil))
        ConvolutionKernel.forget(0xfeed)
        #expect(try result(w, WeightKey(identity: 0xfeed, version: 2)) == first)
        ConvolutionKernel.forget(0xfeed)
    }

    /// More tiles than are summed before the transform back.
    @Test func aLongSumIsTheSumOfItsParts() throws {
        let g = ConvolutionGeometry.square(
            batch: 18, channels: 16, size: 64, outputs: 16, kernel: 4, stride: 2, pad: 1)
        let x = values(g.inputCount, seed: 1)
        let dy = values(g.outputCount, seed: 3)
        let whole = try weightGradient(g, x, dy)
        var single = g
        single.batch = 1
        var parts = [Double](repeating: 0, count: g.weightCount)
        for n in 0..<g.batch {
            let part = try weightGradient(
                single, Array(x[(n * single.inputCount)..<((n + 1) * single.inputCount)]),
                Array(dy[(n * single.outputCount)..<((n + 1) * single.outputCount)]))
            for i in parts.indices { parts[i] += Double(part[i]) }
        }
        #expect(relativeError(whole, parts) < 1e-5)
    }

    @Test(arguments: [
        ConvolutionGeometry.square(batch: 9, channels: 64, size: 16, outputs: 64, kernel: 4, stride: 2, pad: 1),
        .square(batch: 9, channels: 3, size: 32, outputs: 64, kernel: 4, stride: 2, pad: 1),
        .square(batch: 9, channels: 64, size: 4, outputs: 40, kernel: 4),
    ])
    func resultsDoNotDependOnTheNumberOfThreads(_ g: ConvolutionGeometry) throws {
        let x = values(g.inputCount, seed: 1)
        let w = values(g.weightCount, seed: 2)
        let dy = values(g.outputCount, seed: 3)
        let before = ck_threads()
        defer { ck_set_threads(before) }
        var results: [[[Float]]] = []
        for threads: Int32 in [1, 2, 5] {
            ck_set_threads(threads)
            var y = [Float](repeating: 0, count: g.outputCount)
            var dx = [Float](repeating: 0, count: g.inputCount)
            try forward(g, x, w, &y)
            try inputGradient(g, dy, w, &dx)
            results.append([y, dx, try weightGradient(g, x, dy)])
        }
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
    }

    private func weightGradient(_ g: ConvolutionGeometry, _ x: [Float], _ dy: [Float]) throws -> [Float] {
        var dw = [Float](repeating: .nan, count: g.weightCount)
        try ConvolutionKernel.weightGradient(g, input: x, outputGradient: dy, weightGradient: &dw)
        return dw
    }

    private func forward(_ g: ConvolutionGeometry, _ x: [Float], _ w: [Float], _ y: inout [Float]) throws {
        try ConvolutionKernel.forward(g, input: x, weight: w, output: &y)
    }

    private func inputGradient(_ g: ConvolutionGeometry, _ dy: [Float], _ w: [Float], _ dx: inout [Float]) throws {
        try ConvolutionKernel.inputGradient(g, outputGradient: dy, weight: w, inputGradient: &dx)
    }

    private func values(_ count: Int, seed: UInt64) -> [Float] {
        var state = seed &* 0x9e37_79b9_7f4a_7c15
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(Int32(truncatingIfNeeded: state >> 32)) / Float(Int32.max)
        }
    }

    private func arranged(_ plain: [Float], channels: Int, plane: Int) -> [Float] {
        var result = plain
        LayoutKernel.reorder(
            batch: plain.count / (channels * plane), channels: channels, height: plane, width: 1, source: plain,
            sourceLayout: .plain, destination: &result, destinationLayout: .channelsLast)
        return result
    }

    private func restored(_ array: [Float], channels: Int, plane: Int) -> [Float] {
        var result = array
        LayoutKernel.reorder(
            batch: array.count / (channels * plane), channels: channels, height: plane, width: 1, source: array,
            sourceLayout: .channelsLast, destination: &result, destinationLayout: .plain)
        return result
    }

    private func relativeError(_ result: [Float], _ expected: [Double]) -> Double {
        var error = 0.0
        var size = 0.0
        for (r, e) in zip(result, expected) {
            error += (Double(r) - e) * (Double(r) - e)
            size += e * e
        }
        return (error / size).squareRoot()
    }
}

extension ConvolutionGeometry {
    static func square(
        batch: Int, channels: Int, size: Int, outputs: Int, kernel: Int, stride: Int = 1, pad: Int = 0,
        dilation: Int = 1, groups: Int = 1
    ) -> ConvolutionGeometry {
        ConvolutionGeometry(
            batch: batch, inputChannels: channels, inputHeight: size, inputWidth: size, outputChannels: outputs,
            kernelHeight: kernel, kernelWidth: kernel, strideHeight: stride, strideWidth: stride, padTop: pad,
            padLeft: pad, padBottom: pad, padRight: pad, dilationHeight: dilation, dilationWidth: dilation,
            groups: groups)
    }
}
