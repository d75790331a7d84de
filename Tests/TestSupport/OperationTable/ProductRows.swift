import TensorCore

package enum ProductRows {
    package static let all = matrices + convolutions + transposed + inBFloat16

    /// Factors are rounded to 8 bits: each derivative multiplies rounded numbers once more.
    private static let rounding = 3e-2

    private static let shapes: [([Int], [Int])] = [
        ([2, 3], [3, 4]), ([1, 3], [3, 1]), ([2, 1], [1, 3]), ([2, 2, 3], [2, 3, 4]), ([2, 3], [2, 3, 2]),
        ([2, 2, 3], [3, 2]), ([1, 2, 3], [2, 3, 2]), ([2, 3, 2, 3], [2, 3, 3, 2]), ([2, 1, 2, 3], [3, 3, 2]),
        ([2, 1, 1, 2, 1, 3], [1, 2, 1, 3, 2]),
    ]

    private static let matrices: [OperationRow] = shapes.flatMap { a, b -> [OperationRow] in
        [(false, false), (true, false), (false, true), (true, true)].map { flipA, flipB in
            let swapped = { (shape: [Int], flip: Bool) -> [Int] in
                flip ? shape.dropLast(2) + [shape[shape.count - 1], shape[shape.count - 2]] : shape
            }
            return OperationRow(
                "matrixProduct", "\(flipA ? "T" : "·")\(flipB ? "T" : "·")",
                [(swapped(a, flipA), anywhere), (swapped(b, flipB), anywhere)],
                { $0[0].matrixProduct($0[1], transposingSelf: flipA, transposingOther: flipB) },
                { x in
                    let turned = { (x: ReferenceArray, flip: Bool) -> ReferenceArray in
                        let rank = x.shape.count
                        return flip ? x.permuted(Array(0..<(rank - 2)) + [rank - 1, rank - 2]) : x
                    }
                    return turned(x[0], flipA).matrixProduct(turned(x[1], flipB))
                })
        }
    }

    private struct Geometry {
        var name: String
        var input: [Int]
        var weight: [Int]
        var stride = 1
        var padding = 0
        var dilation = 1
        var groups = 1
        var outputPadding = 0
        var wrapping = Wrapping.neither

        func convolved(_ x: ReferenceArray, _ weight: ReferenceArray, bias: ReferenceArray?) -> ReferenceArray {
            x.convolved(
                weight, bias: bias, stride: (stride, stride), padding: (padding, padding), dilation: dilation,
                groups: groups, wrapping: wrapping)
        }

        var parameters: ConvolutionParameters {
            ConvolutionParameters(stride: stride, padding: padding, dilation: dilation, groups: groups)
        }
    }

    private static let convolutions: [OperationRow] = geometries.flatMap { g -> [OperationRow] in
        [false, true].map { (biased: Bool) -> OperationRow in
            OperationRow(
                "convolved", g.name + (biased ? " with bias" : ""),
                [(g.input, anywhere), (g.weight, anywhere)] + (biased ? [([g.weight[0]], anywhere)] : []),
                { $0[0].convolved(with: $0[1], bias: biased ? $0[2] : nil, g.parameters, wrapping: g.wrapping) },
                { g.convolved($0[0], $0[1], bias: biased ? $0[2] : nil) })
        }
    }

    private static let geometries: [Geometry] = [
        Geometry(name: "1×1", input: [2, 3, 2, 3], weight: [2, 3, 1, 1]),
        Geometry(name: "3×3", input: [2, 2, 4, 3], weight: [3, 2, 3, 3], padding: 1),
        Geometry(name: "4×4 s2", input: [1, 2, 4, 6], weight: [2, 2, 4, 4], stride: 2, padding: 1),
        Geometry(name: "s2, rest left over", input: [1, 2, 5, 4], weight: [2, 2, 2, 3], stride: 2),
        Geometry(name: "dilated", input: [1, 2, 5, 5], weight: [2, 2, 2, 2], padding: 1, dilation: 2),
        Geometry(name: "groups", input: [2, 4, 3, 3], weight: [6, 2, 2, 2], padding: 1, groups: 2),
        Geometry(name: "groups of 16", input: [1, 32, 2, 3], weight: [32, 16, 3, 3], padding: 1, groups: 2),
        Geometry(name: "depthwise", input: [1, 3, 3, 3], weight: [3, 1, 3, 3], padding: 1, groups: 3),
        Geometry(name: "whole image", input: [3, 2, 2, 2], weight: [1, 2, 2, 2]),
        Geometry(name: "one channel", input: [2, 1, 3, 3], weight: [1, 1, 2, 2]),
        Geometry(name: "3×3 on a torus", input: [2, 2, 4, 3], weight: [3, 2, 3, 3], padding: 1, wrapping: .xy),
        Geometry(
            name: "4×4 s2 in a ring", input: [1, 2, 4, 6], weight: [2, 2, 4, 4], stride: 2, padding: 1, wrapping: .x),
        Geometry(
            name: "dilated in a ring", input: [1, 2, 3, 3], weight: [2, 1, 3, 3], padding: 2, dilation: 2, groups: 2,
            wrapping: .y),
        Geometry(name: "beyond the image", input: [1, 1, 2, 1], weight: [1, 1, 5, 5], padding: 2, wrapping: .xy),
    ]

    private static let transposed: [OperationRow] = [
        Geometry(name: "1×1", input: [2, 3, 2, 2], weight: [3, 2, 1, 1]),
        Geometry(name: "3×3", input: [2, 2, 3, 2], weight: [2, 3, 3, 3], padding: 1),
        Geometry(name: "4×4 s2", input: [1, 2, 2, 3], weight: [2, 2, 4, 4], stride: 2, padding: 1),
        Geometry(name: "from 1×1", input: [2, 3, 1, 1], weight: [3, 2, 4, 4]),
        Geometry(
            name: "3×3 s2 +1", input: [1, 2, 2, 2], weight: [2, 2, 3, 3], stride: 2, padding: 1, outputPadding: 1),
        Geometry(name: "s3 +2", input: [1, 1, 2, 2], weight: [1, 2, 2, 2], stride: 3, outputPadding: 2),
        Geometry(name: "dilated", input: [1, 2, 2, 3], weight: [2, 1, 2, 2], stride: 2, padding: 1, dilation: 2),
        Geometry(name: "groups", input: [2, 4, 2, 2], weight: [4, 1, 2, 2], stride: 2, groups: 2),
        Geometry(
            name: "4×4 s2 on a torus", input: [1, 2, 2, 3], weight: [2, 2, 4, 4], stride: 2, padding: 1, wrapping: .xy),
        Geometry(
            name: "4×4 s2 of 1×1", input: [1, 2, 1, 1], weight: [2, 1, 4, 4], stride: 2, padding: 1, wrapping: .xy),
        Geometry(
            name: "3×3 s2 +1 in a ring", input: [1, 2, 2, 3], weight: [2, 2, 3, 3], stride: 2, padding: 1,
            outputPadding: 1, wrapping: .x),
        Geometry(
            name: "3×3 s2 +1 on a torus", input: [1, 2, 2, 2], weight: [2, 1, 3, 3], stride: 2, padding: 1,
            outputPadding: 1, wrapping: .xy),
        Geometry(name: "3×3 in a ring", input: [1, 2, 3, 2], weight: [2, 1, 3, 3], padding: 1, wrapping: .y),
        Geometry(name: "from 1×1 on a torus", input: [2, 3, 1, 1], weight: [3, 1, 4, 4], wrapping: .xy),
        Geometry(
            name: "dilated on a torus", input: [1, 2, 2, 3], weight: [2, 1, 2, 2], stride: 2, padding: 1, dilation: 3,
            wrapping: .xy),
    ].flatMap { g -> [OperationRow] in
        [false, true].map { biased in
            OperationRow(
                "transposedConvolved", g.name + (biased ? " with bias" : ""),
                [(g.input, anywhere), (g.weight, anywhere)]
                    + (biased ? [([g.weight[1] * g.groups], anywhere)] : []),
                {
                    $0[0].transposedConvolved(
                        with: $0[1], bias: biased ? $0[2] : nil, g.parameters, outputPadding: g.outputPadding,
                        wrapping: g.wrapping)
                },
                {
                    $0[0].transposedConvolved(
                        $0[1], bias: biased ? $0[2] : nil, stride: g.stride, padding: g.padding,
                        outputPadding: g.outputPadding, dilation: g.dilation, groups: g.groups,
                        wrapping: g.wrapping)
                })
        }
    }

    private static let inBFloat16: [OperationRow] = [
        OperationRow(
            "matrixProduct", "in bfloat16", [([2, 3, 5], anywhere), ([5, 4], anywhere)], tolerance: rounding,
            { $0[0].matrixProduct($0[1], precision: .bfloat16) }, { $0[0].matrixProduct($0[1]) }),
        OperationRow(
            "convolved", "in bfloat16", [([2, 3, 5, 4], anywhere), ([2, 3, 3, 3], anywhere), ([2], anywhere)],
            tolerance: rounding,
            { $0[0].convolved(with: $0[1], bias: $0[2], .init(stride: 2, padding: 1), precision: .bfloat16) },
            { $0[0].convolved($0[1], bias: $0[2], stride: (2, 2), padding: (1, 1), dilation: 1, groups: 1) }),
        OperationRow(
            "transposedConvolved", "in bfloat16",
            [([1, 2, 2, 3], anywhere), ([2, 3, 4, 4], anywhere), ([3], anywhere)],
            tolerance: rounding,
            {
                $0[0].transposedConvolved(
                    with: $0[1], bias: $0[2], .init(stride: 2, padding: 1), precision: .bfloat16)
            },
            {
                $0[0].transposedConvolved(
                    $0[1], bias: $0[2], stride: 2, padding: 1, outputPadding: 0, dilation: 1, groups: 1)
            }),
    ]
}
