import CKernels
import Foundation
import Testing

@Suite struct NormalizationTests {
    /// Outer, channels, inner: channels last, plain and instance-wise.
    static let shapes = [
        (1, 1, 1), (7, 3, 1), (5000, 3, 1), (600, 64, 1), (40, 300, 1), (33, 65, 1), (4, 3, 1), (2, 5, 17),
        (3, 6, 1000), (1, 12, 49), (1, 2, 20000), (9, 1, 16),
    ]

    private func perChannel(_ shape: (Int, Int, Int), _ values: [Float]) -> [[Double]] {
        var out = [[Double]](repeating: [], count: shape.1)
        for (flat, value) in values.enumerated() { out[flat / shape.2 % shape.1].append(Double(value)) }
        return out
    }

    @Test(arguments: shapes.indices) func moments(_ which: Int) {
        let shape = Self.shapes[which], count = shape.0 * shape.1 * shape.2
        for center in [Float(0), 1000] {
            let x = numbers(count, in: center - 1...center + 2)
            var mean = buffer(shape.1), variance = buffer(shape.1)
            ck_moments(Int64(shape.0), Int64(shape.1), Int64(shape.2), x, &mean, &variance)
            let channels = perChannel(shape, x)
            let means = channels.map { $0.reduce(0, +) / Double($0.count) }
            let variances = zip(channels, means).map { values, mean in
                values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(values.count)
            }
            #expect(firstDifference(mean, means, floor: 1) == nil)
            #expect(firstDifference(variance, variances, relative: 1e-6, floor: 1e-9) == nil)
        }
    }

    @Test(arguments: shapes.indices) func channelAffine(_ which: Int) {
        let shape = Self.shapes[which], count = shape.0 * shape.1 * shape.2
        let x = numbers(count), scale = numbers(shape.1, seed: 2), shift = numbers(shape.1, seed: 3)
        for slope in [Float(1), 0.25] {
            var y = buffer(count)
            ck_channel_affine(Int64(shape.0), Int64(shape.1), Int64(shape.2), x, scale, shift, slope, &y)
            let expected = (0..<count).map { flat -> Double in
                let c = flat / shape.2 % shape.1
                let value = Double(x[flat]) * Double(scale[c]) + Double(shift[c])
                return value > 0 ? value : value * Double(slope)
            }
            #expect(firstDifference(y, expected, floor: 10) == nil)
        }
    }

    @Test(arguments: shapes.indices) func backward(_ which: Int) {
        let shape = Self.shapes[which], count = shape.0 * shape.1 * shape.2, perChannelCount = shape.0 * shape.2
        let x = numbers(count, in: -1...3), gradient = numbers(count, seed: 2)
        let mean = numbers(shape.1, in: 0.5...1.5, seed: 3), deviation = numbers(shape.1, in: 0.5...2, seed: 4)
        let gamma = numbers(shape.1, seed: 5)
        var sum = [Double](repeating: 0, count: shape.1), product = sum
        for flat in 0..<count {
            let c = flat / shape.2 % shape.1
            sum[c] += Double(gradient[flat])
            product[c] += Double(gradient[flat]) * (Double(x[flat]) - Double(mean[c])) * Double(deviation[c])
        }
        for withGamma in [true, false] {
            var dx = buffer(count), dscale = buffer(shape.1), dshift = buffer(shape.1)
            let status = gamma.withUnsafeBufferPointer { pointer in
                ck_norm_backward(
                    Int64(shape.0), Int64(shape.1), Int64(shape.2), x, gradient, mean, deviation,
                    withGamma ? pointer.baseAddress : nil, nil, &dx, &dscale, &dshift, nil)
            }
            #expect(status == 0)
            let expected = (0..<count).map { flat -> Double in
                let c = flat / shape.2 % shape.1, total = Double(perChannelCount)
                let normal = (Double(x[flat]) - Double(mean[c])) * Double(deviation[c])
                let inner = Double(gradient[flat]) - sum[c] / total - normal * product[c] / total
                return (withGamma ? Double(gamma[c]) : 1) * Double(deviation[c]) * inner
            }
            #expect(firstDifference(dx, expected, relative: 1e-6, floor: 10) == nil)
            #expect(firstDifference(dscale, product, relative: 1e-6, floor: 10) == nil)
            #expect(firstDifference(dshift, sum, relative: 1e-6, floor: 10) == nil)
        }
        // Every output can be left out.
        ck_norm_backward(
            Int64(shape.0), Int64(shape.1), Int64(shape.2), x, gradient, mean, deviation, nil, nil, nil, nil,
            nil, nil)
    }

    /// The fused kernels against the same in two steps.
    @Test(arguments: shapes.indices) func rectified(_ which: Int) {
        let shape = Self.shapes[which], count = shape.0 * shape.1 * shape.2
        let (outer, channels, inner) = (Int64(shape.0), Int64(shape.1), Int64(shape.2))
        let x = numbers(count, in: -1...3), gradient = numbers(count, seed: 2), gamma = numbers(shape.1, seed: 5)
        let mean = numbers(shape.1, in: 0.5...1.5, seed: 3), deviation = numbers(shape.1, in: 0.5...2, seed: 4)
        let scale = numbers(shape.1, seed: 6), shift = numbers(shape.1, seed: 7), weights = numbers(shape.1, seed: 8)
        var z = buffer(count), y = buffer(count), gated = buffer(count), positive = buffer(count)
        var expectedWeights = [Double](repeating: 0, count: shape.1)
        ck_channel_affine(outer, channels, inner, x, scale, shift, 1, &z)
        for flat in 0..<count {
            let c = flat / shape.2 % shape.1
            gated[flat] = z[flat] > 0 ? gradient[flat] : gradient[flat] * weights[c]
            positive[flat] = z[flat] > 0 ? z[flat] : z[flat] * weights[c]
            if z[flat] <= 0 { expectedWeights[c] += Double(gradient[flat]) * Double(z[flat]) }
        }
        var dx = buffer(count), dgamma = buffer(shape.1), dbeta = buffer(shape.1), weightGradient = buffer(shape.1)
        var fromGated = (buffer(count), buffer(shape.1), buffer(shape.1))
        ck_norm_backward(
            outer, channels, inner, x, gated, mean, deviation, gamma, nil, &fromGated.0, &fromGated.1, &fromGated.2, nil
        )
        scale.withUnsafeBufferPointer { scale in
            shift.withUnsafeBufferPointer { shift in
                weights.withUnsafeBufferPointer { weights in
                    var rectifier = ck_rectifier(
                        scale: scale.baseAddress, shift: shift.baseAddress, weights: weights.baseAddress)
                    ck_rectified_affine(outer, channels, inner, x, &rectifier, &y)
                    ck_norm_backward(
                        outer, channels, inner, x, gradient, mean, deviation, gamma, &rectifier, &dx, &dgamma, &dbeta,
                        &weightGradient)
                }
            }
        }
        #expect(y == positive)
        #expect(firstDifference(dx, fromGated.0.map(Double.init), relative: 1e-6, floor: 10) == nil)
        #expect(firstDifference(dgamma, fromGated.1.map(Double.init), relative: 1e-6, floor: 10) == nil)
        #expect(firstDifference(dbeta, fromGated.2.map(Double.init), relative: 1e-6, floor: 10) == nil)
        #expect(firstDifference(weightGradient, expectedWeights, relative: 1e-6, floor: 10) == nil)

        // PReLU on its own is the same with z itself for x.
        ck_prelu(outer, channels, inner, z, weights, &y)
        #expect(y == positive)
        ck_prelu_backward(outer, channels, inner, z, gradient, weights, &dx, &weightGradient)
        #expect(dx == gated)
        #expect(firstDifference(weightGradient, expectedWeights, relative: 1e-6, floor: 10) == nil)
    }

    @Test(arguments: [1, 2, 10, 16, 37, 1000]) func softmax(_ width: Int) {
        let rows = 40000 / width / 8 + 1
        var x = numbers(rows * width, in: -20...20)
        if width > 4 { x[1] = -.infinity }
        x[0] = 500
        var y = buffer(x.count), logarithm = buffer(x.count)
        ck_softmax(x, Int64(rows), Int64(width), &y)
        ck_log_softmax(x, Int64(rows), Int64(width), &logarithm)
        for row in 0..<rows {
            let values = x[row * width..<(row + 1) * width].map(Double.init), top = values.max() ?? 0
            let total = values.map { exp($0 - top) }.reduce(0, +)
            let span = row * width..<(row + 1) * width
            // The rounding of x - max is magnified by its size.
            let shares = values.map { exp($0 - top) / total }
            #expect(firstDifference(Array(y[span]), shares, relative: 4e-6, floor: 1e-30) == nil)
            let expected = values.map { $0 - top - log(total) }
            #expect(firstDifference(Array(logarithm[span]), expected, relative: 3e-7, floor: 100) == nil)
        }
    }
}
