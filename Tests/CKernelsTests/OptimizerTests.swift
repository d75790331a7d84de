import CKernels
import Foundation
import Testing

@Suite struct OptimizerTests {
    private func expect(_ got: [Float], _ expected: [Double], _ what: String) {
        let difference = firstDifference(got, expected, relative: 1e-6, floor: 1)
        #expect(difference == nil, "\(what) \(difference ?? "")")
    }

    @Test(arguments: [(0.0, 0, 0), (0.9, 0, 0), (0.9, 1, 0), (0.9, 0, 1), (0.9, 1, 1)])
    func gradientDescent(_ momentum: Double, _ nesterov: Int, _ first: Int) {
        for size in sizes {
            let p = numbers(size), g = numbers(size, seed: 2), m = numbers(size, seed: 3)
            var pOut = buffer(size), mOut = buffer(size)
            ck_sgd(
                Int64(size), p, g, m, &pOut, &mOut, 0.125, Float(momentum), 0.25, 0.5, Int32(nesterov), Int32(first))
            let kept = Double(Float(momentum))
            let gradient = (0..<size).map { Double(g[$0]) + 0.5 * Double(p[$0]) }
            let moment = (0..<size).map { first == 1 ? gradient[$0] : kept * Double(m[$0]) + 0.75 * gradient[$0] }
            let step = (0..<size).map {
                momentum == 0 ? gradient[$0] : (nesterov == 1 ? gradient[$0] + kept * moment[$0] : moment[$0])
            }
            expect(pOut, (0..<size).map { Double(p[$0]) - 0.125 * step[$0] }, "parameters")
            if momentum != 0 { expect(mOut, moment, "momentum") }
        }
    }

    @Test func rootMeanSquarePropagation() {
        for size in sizes {
            let p = numbers(size), g = numbers(size, seed: 2), v = numbers(size, in: 0...2, seed: 3)
            var pOut = buffer(size), vOut = buffer(size)
            ck_rmsprop(Int64(size), p, g, v, &pOut, &vOut, 0.125, 0.75, 0.001, 0.5)
            let gradient = (0..<size).map { Double(g[$0]) + 0.5 * Double(p[$0]) }
            let square = (0..<size).map { 0.75 * Double(v[$0]) + 0.25 * gradient[$0] * gradient[$0] }
            expect(vOut, square, "squares")
            expect(
                pOut,
                (0..<size).map { Double(p[$0]) - 0.125 * gradient[$0] / (sqrt(square[$0]) + Double(Float(0.001))) },
                "parameters")
        }
    }

    @Test(arguments: [false, true]) func adam(_ decoupled: Bool) {
        for size in sizes {
            let p = numbers(size), g = numbers(size, seed: 2), m = numbers(size, seed: 3)
            let v = numbers(size, in: 0...2, seed: 4)
            var pOut = p, mOut = m, vOut = v
            // In place, as the optimizer runs it.
            pOut.withUnsafeMutableBufferPointer { pp in
                mOut.withUnsafeMutableBufferPointer { mm in
                    vOut.withUnsafeMutableBufferPointer { vv in
                        g.withUnsafeBufferPointer { gg in
                            // As two arrays with an empty one between them.
                            let parts = [(0, size / 3), (0, 0), (size / 3, size - size / 3)].map { start, count in
                                ck_step_arrays(
                                    count: Int64(count), p: pp.baseAddress.map { UnsafePointer($0 + start) },
                                    g: gg.baseAddress.map { $0 + start },
                                    m: mm.baseAddress.map { UnsafePointer($0 + start) },
                                    v: vv.baseAddress.map { UnsafePointer($0 + start) },
                                    p_out: pp.baseAddress.map { $0 + start }, m_out: mm.baseAddress.map { $0 + start },
                                    v_out: vv.baseAddress.map { $0 + start })
                            }
                            ck_adam(3, parts, 0.125, 0.5, 0.75, 0.001, 0.5, decoupled ? 1 : 0, 0.875, 0.4375)
                        }
                    }
                }
            }
            let gradient = (0..<size).map { Double(g[$0]) + (decoupled ? 0 : 0.5 * Double(p[$0])) }
            let first = (0..<size).map { 0.5 * Double(m[$0]) + 0.5 * gradient[$0] }
            let second = (0..<size).map { 0.75 * Double(v[$0]) + 0.25 * gradient[$0] * gradient[$0] }
            expect(mOut, first, "first moment")
            expect(vOut, second, "second moment")
            let expected = (0..<size).map { i -> Double in
                let start = decoupled ? Double(p[i]) * (1 - 0.125 * 0.5) : Double(p[i])
                return start - 0.125 * (first[i] / 0.875) / (sqrt(second[i] / 0.4375) + Double(Float(0.001)))
            }
            expect(pOut, expected, "parameters")
        }
    }

    @Test func movingAverage() {
        for size in sizes {
            let x = numbers(size), start = numbers(size, seed: 2)
            var y = start
            x.withUnsafeBufferPointer { xx in
                y.withUnsafeMutableBufferPointer { yy in
                    var arrays = ck_step_arrays()
                    (arrays.count, arrays.p, arrays.p_out) = (Int64(size), xx.baseAddress, yy.baseAddress)
                    ck_ema(1, &arrays, 0.75)
                }
            }
            expect(y, zip(start, x).map { 0.75 * Double($0) + 0.25 * Double($1) }, "average")
        }
    }
}
