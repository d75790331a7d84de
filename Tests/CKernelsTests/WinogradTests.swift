import CKernels
import Foundation
import Testing

/// Fast filtering against sums in double precision. Its error is larger than a direct sum's but bounded: 1e-5 of the
/// result, both as root mean squares; 2e-2 where values and filters are rounded to bfloat16.
@Suite struct WinogradTests {
    struct Case: CustomStringConvertible, Sendable {
        var kernel = 3, stride = 1, pad = 1
        var batch = 1, inputs = 16, outputs = 16, height = 8, width = 8
        /// Channels of the wider arrays that x and y are part of, beyond their own.
        var extraInputs = 0, extraOutputs = 0
        var outputHeight: Int { (height + 2 * pad - kernel) / stride + 1 }
        var outputWidth: Int { (width + 2 * pad - kernel) / stride + 1 }
        var xPixel: Int { inputs + extraInputs }
        var yPixel: Int { outputs + extraOutputs }
        var xCount: Int { batch * height * width * xPixel }
        var yCount: Int { batch * outputHeight * outputWidth * yPixel }
        var weightCount: Int { outputs * inputs * kernel * kernel }
        var description: String {
            "\(kernel)x\(kernel)/\(stride) pad \(pad), \(batch)x\(inputs)x\(height)x\(width) -> \(outputs)"
        }

        var sizes: ck_convolution_sizes {
            let k = Int64(kernel), s = Int64(stride), p = Int64(pad)
            return ck_convolution_sizes(
                batch: Int64(batch), input_channels: Int64(inputs), input_height: Int64(height),
                input_width: Int64(width), output_channels: Int64(outputs), output_height: Int64(outputHeight),
                output_width: Int64(outputWidth), kernel_height: k, kernel_width: k, stride_height: s,
                stride_width: s, pad_top: p, pad_left: p, pad_bottom: p, pad_right: p, dilation_height: 1,
                dilation_width: 1, groups: 1)
        }

        /// Every product x[i] * w[k] that belongs to y[o].
        func forEachProduct(_ body: (_ x: Int, _ w: Int, _ y: Int) -> Void) {
            for b in 0..<batch {
                for row in 0..<outputHeight {
                    for column in 0..<outputWidth {
                        let y = ((b * outputHeight + row) * outputWidth + column) * yPixel
                        for tap in 0..<(kernel * kernel) {
                            let r = row * stride + tap / kernel - pad, c = column * stride + tap % kernel - pad
                            guard r >= 0, r < height, c >= 0, c < width else { continue }
                            let x = ((b * height + r) * width + c) * xPixel
                            for o in 0..<outputs {
                                let w = o * inputs * kernel * kernel + tap
                                for i in 0..<inputs { body(x + i, w + i * kernel * kernel, y + o) }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Planes that divide into tiles and planes that do not; blocks of channels that are whole, half filled, several.
    static let cases: [Case] = [
        Case(pad: 0, outputs: 32, height: 6, width: 6),
        Case(inputs: 32, outputs: 48, height: 9, width: 14, extraInputs: 16, extraOutputs: 48),
        Case(pad: 2, batch: 2, inputs: 48, outputs: 16, height: 5, width: 11, extraOutputs: 4),
        Case(batch: 3, height: 12, width: 12),
        Case(height: 1, width: 3),
        Case(pad: 0, inputs: 144, outputs: 160, height: 3, width: 3, extraInputs: 3),
        Case(kernel: 4, pad: 1, inputs: 32, outputs: 16, height: 8, width: 10, extraInputs: 8),
        Case(kernel: 4, pad: 2, batch: 2, outputs: 48, height: 5, width: 4),
        Case(kernel: 4, stride: 2, inputs: 32, outputs: 48, height: 11, width: 8, extraInputs: 5, extraOutputs: 16),
        Case(kernel: 4, stride: 2, pad: 0, batch: 2, outputs: 16, height: 4, width: 18),
    ]

    private func call(
        _ c: Case, _ pass: Int, _ x: UnsafeMutablePointer<Float>, _ w: UnsafeMutablePointer<Float>,
        _ y: UnsafeMutablePointer<Float>, _ epilogue: ck_epilogue = ck_no_epilogue(), precision: Int = CK_FLOAT32
    ) {
        var call = ck_convolution(
            sizes: c.sizes, pass: Int32(pass), precision: Int32(precision), x: x, w: w, y: y,
            x_pixel: Int64(c.xPixel), y_pixel: Int64(c.yPixel), key: ck_weight_key(identity: 0, version: 0, lasts: 0),
            epilogue: epilogue)
        #expect(ck_convolution_takes(&call, Int32(CK_WINOGRAD)) == 1)
        #expect(ck_convolution_run(&call, Int32(CK_WINOGRAD)) == 0)
    }

    private func withUnsafePointers(
        _ a: [Float], _ b: [Float], _ c: inout [Float],
        _ body: (UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>) -> Void
    ) {
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                c.withUnsafeMutableBufferPointer { body(a.baseAddress, b.baseAddress, $0.baseAddress!) }
            }
        }
    }

    private func relativeError(_ got: [Float], _ expected: [Double]) -> Double {
        var errors = 0.0, squares = 0.0
        for (a, b) in zip(got, expected) {
            errors += (Double(a) - b) * (Double(a) - b)
            squares += b * b
        }
        return (errors / squares).squareRoot()
    }

    @Test(arguments: cases) func everyPassOnEveryInstructionSet(_ c: Case) {
        let x = numbers(c.xCount, seed: 1), w = numbers(c.weightCount, seed: 2), y = numbers(c.yCount, seed: 3)
        // What lies between the channels of a result stays as it was.
        var dy = y.map(Double.init), dx = x.map(Double.init), dw = [Double](repeating: 0, count: w.count)
        for i in y.indices where i % c.yPixel < c.outputs { dy[i] = 0 }
        for i in x.indices where i % c.xPixel < c.inputs { dx[i] = 0 }
        c.forEachProduct { i, k, o in
            dy[o] += Double(x[i]) * Double(w[k])
            dx[i] += Double(y[o]) * Double(w[k])
            dw[k] += Double(x[i]) * Double(y[o])
        }
        defer { ck_limit_instructions(3) }
        for (level, precision) in [(1, CK_FLOAT32), (2, CK_FLOAT32), (3, CK_FLOAT32), (3, CK_BFLOAT16)] {
            ck_limit_instructions(Int32(level))
            let bound = precision == CK_FLOAT32 ? 1e-5 : 2e-2
            var xs = x, ws = w, ys = y
            call(c, CK_FORWARD, &xs, &ws, &ys, precision: precision)
            #expect(relativeError(ys, dy) < bound, "forward, level \(level), precision \(precision)")
            #expect(zip(ys, y).enumerated().allSatisfy { $0 % c.yPixel < c.outputs || $1.0 == $1.1 })
            ys = y
            call(c, CK_INPUT_GRADIENT, &xs, &ws, &ys, precision: precision)
            #expect(relativeError(xs, dx) < bound, "input gradient, level \(level), precision \(precision)")
            #expect(zip(xs, x).enumerated().allSatisfy { $0 % c.xPixel < c.inputs || $1.0 == $1.1 })
            xs = x
            call(c, CK_WEIGHT_GRADIENT, &xs, &ws, &ys, precision: precision)
            #expect(relativeError(ws, dw) < bound, "weight gradient, level \(level), precision \(precision)")
        }
    }

    static let activations = [
        CK_ACTIVATE_NONE, CK_ACTIVATE_RELU, CK_ACTIVATE_LEAKY_RELU, CK_ACTIVATE_PRELU, CK_ACTIVATE_TANH,
    ]

    @Test(arguments: cases, activations)
    func epilogues(_ c: Case, _ activation: Int) {
        for pass in [CK_FORWARD, CK_INPUT_GRADIENT] {
            let isForward = pass == CK_FORWARD
            let channels = isForward ? c.outputs : c.inputs, pixel = isForward ? c.yPixel : c.xPixel
            var x = numbers(c.xCount, in: -1...1, seed: 4), y = numbers(c.yCount, in: -1...1, seed: 5)
            var w = numbers(c.weightCount, in: -0.05...0.05, seed: 6)
            let old = isForward ? y : x
            var sums = old
            sums.withUnsafeMutableBufferPointer { result in
                isForward ? call(c, pass, &x, &w, result.baseAddress!) : call(c, pass, result.baseAddress!, &w, &y)
            }
            let bias = numbers(channels, seed: 7), weights = numbers(channels, in: -0.5...0.5, seed: 8)
            let multipliers = numbers(channels, seed: 10)
            let other = numbers(old.count / pixel * channels, seed: 9)
            let expected = old.indices.map { i -> Double in
                let channel = i % pixel
                guard channel < channels else { return Double(old[i]) }
                var value = Double(multipliers[channel]) * Double(sums[i]) + Double(bias[channel])
                switch activation {
                case CK_ACTIVATE_RELU: value = max(value, 0)
                case CK_ACTIVATE_LEAKY_RELU: value = value > 0 ? value : 0.2 * value
                case CK_ACTIVATE_PRELU: value = value > 0 ? value : Double(weights[channel]) * value
                case CK_ACTIVATE_TANH: value = tanh(value)
                default: break
                }
                return 0.7 * value + 0.5 * Double(old[i]) - Double(other[i / pixel * channels + channel])
            }
            var result = old
            bias.withUnsafeBufferPointer { bias in
                weights.withUnsafeBufferPointer { weights in
                    withUnsafePointers(multipliers, other, &result) { multipliers, other, result in
                        let itself = ck_addend(values: result, pixel: Int64(pixel), scale: 0.5)
                        let another = ck_addend(values: other, pixel: Int64(channels), scale: -1)
                        let epilogue = ck_epilogue(
                            multipliers: multipliers, bias: bias.baseAddress, activation: Int32(activation),
                            slope: 0.2, weights: weights.baseAddress, scale: 0.7, added: (itself, another))
                        isForward
                            ? call(c, pass, &x, &w, result, epilogue) : call(c, pass, result, &w, &y, epilogue)
                    }
                }
            }
            #expect(firstDifference(result, expected, relative: 2e-6, floor: 1) == nil)
        }
    }

    /// A sample's result is the same to the last bit in any batch and with any number of threads.
    @Test(arguments: [
        Case(batch: 5, inputs: 48, outputs: 64, height: 13, width: 10),
        Case(kernel: 4, stride: 2, batch: 5, inputs: 32, outputs: 32, height: 12, width: 10),
    ])
    func samplesDoNotDependOnTheirCompany(_ c: Case) {
        var one = c
        one.batch = 1
        let x = numbers(c.xCount, seed: 1), y = numbers(c.yCount, seed: 3)
        var w = numbers(c.weightCount, seed: 2)
        let before = ck_threads()
        defer { ck_set_threads(before) }
        for pass in [CK_FORWARD, CK_INPUT_GRADIENT] {
            ck_set_threads(1)
            var alone: [Float] = []
            for b in 0..<c.batch {
                var xb = Array(x[b * one.xCount..<(b + 1) * one.xCount])
                var yb = Array(y[b * one.yCount..<(b + 1) * one.yCount])
                call(one, pass, &xb, &w, &yb)
                alone += pass == CK_FORWARD ? yb : xb
            }
            for threads in [1, 2, 3] as [Int32] {
                ck_set_threads(threads)
                var xs = x, ys = y
                call(c, pass, &xs, &w, &ys)
                #expect((pass == CK_FORWARD ? ys : xs) == alone, "\(threads) threads")
            }
        }
        var results: [[Float]] = []
        for threads in [1, 2, 5] as [Int32] {
            ck_set_threads(threads)
            var xs = x, ys = y
            call(c, CK_WEIGHT_GRADIENT, &xs, &w, &ys)
            results.append(w)
        }
        #expect(results.allSatisfy { $0 == results[0] }, "weight gradient")
    }

    @Test func leavesOtherConvolutionsToOthers() {
        func takes(_ c: Case) -> Bool {
            var call = ck_convolution()
            call.sizes = c.sizes
            call.x_pixel = Int64(c.xPixel)
            call.y_pixel = Int64(c.yPixel)
            return ck_convolution_takes(&call, Int32(CK_WINOGRAD)) == 1
        }
        #expect(takes(Case()))
        #expect(!takes(Case(inputs: 3)))
        #expect(!takes(Case(outputs: 24)))
        #expect(!takes(Case(stride: 2)))
        #expect(!takes(Case(kernel: 5)))
        #expect(!takes(Case(kernel: 1, pad: 0)))
    }
}
