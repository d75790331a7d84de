import TensorCore

package enum ImageRows {
    package static let all = averages + maxima + resizings + upsamplings

    private static let windows: [([Int], Int, Int, Int)] = [
        ([2, 2, 4, 4], 2, 2, 0), ([1, 2, 5, 4], 2, 2, 0), ([1, 3, 4, 5], 3, 1, 1), ([2, 1, 5, 5], 3, 2, 1),
        ([1, 1, 2, 2], 2, 1, 1), ([2, 3, 1, 1], 1, 1, 0),
    ]

    private static let averages: [OperationRow] = windows.flatMap { shape, window, stride, padding -> [OperationRow] in
        wrappings(padding).map { (wrapping: Wrapping) -> OperationRow in
            OperationRow(
                "averagePooled", "\(window)×\(window) s\(stride) p\(padding), repeating \(wrapping)",
                [(shape, anywhere)],
                {
                    $0[0].squared().averagePooled(
                        window: window, stride: stride, padding: padding, wrapping: wrapping)
                },
                {
                    $0[0].map { $0 * $0 }.pooled(
                        window: window, stride: stride, padding: padding, wrapping: wrapping
                    ) { $0.reduce(0, +) / Double(window * window) }
                })
        }
    }

    /// Without padding, windows do not look beyond the border.
    private static func wrappings(_ padding: Int) -> [Wrapping] { padding == 0 ? [.neither] : Wrapping.allCases }

    private static let maxima: [OperationRow] = windows.flatMap { shape, window, stride, padding -> [OperationRow] in
        wrappings(padding).map { (wrapping: Wrapping) -> OperationRow in
            OperationRow(
                "maxPooled", "\(window)×\(window) s\(stride) p\(padding), repeating \(wrapping)",
                [(shape, .separated)],
                { $0[0].maxPooled(window: window, stride: stride, padding: padding, wrapping: wrapping).squared() },
                {
                    $0[0].pooled(window: window, stride: stride, padding: padding, wrapping: wrapping) {
                        $0.reduce(-.infinity, Swift.max)
                    }.map { $0 * $0 }
                })
        }
    }

    private static let sizes: [([Int], Int, Int)] = [
        ([1, 2, 3, 4], 6, 8), ([2, 1, 4, 6], 2, 3), ([1, 2, 5, 3], 3, 5), ([1, 1, 1, 2], 3, 5), ([1, 2, 7, 5], 2, 1),
        ([1, 3, 3, 2], 3, 2),
    ]

    private static let resizings: [OperationRow] = Interpolation.allCases.flatMap { interpolation in
        sizes.flatMap { shape, height, width in
            [false, true].flatMap { (antialiased: Bool) -> [OperationRow] in
                [Wrapping.neither, width == 5 ? .x : .xy].map { (wrapping: Wrapping) -> OperationRow in
                    OperationRow(
                        "resized",
                        "\(interpolation)\(antialiased ? " antialiased" : "") to \(height)×\(width), "
                            + "repeating \(wrapping)",
                        [(shape, anywhere)],
                        {
                            $0[0].squared().resized(
                                height: height, width: width, interpolation, antialiased: antialiased,
                                wrapping: wrapping)
                        },
                        { resized($0[0].map { $0 * $0 }, height, width, interpolation, antialiased, wrapping) })
                }
            }
        }
    }

    private static func resized(
        _ x: ReferenceArray, _ height: Int, _ width: Int, _ interpolation: Interpolation, _ antialiased: Bool,
        _ wrapping: Wrapping
    ) -> ReferenceArray {
        switch interpolation {
        case .nearest: x.resizedNearest(height: height, width: width)
        case .bilinear:
            x.resized(height: height, width: width, antialiased: antialiased, reach: 1, wrapping: wrapping) {
                1 - abs($0)
            }
        case .bicubic:
            x.resized(
                height: height, width: width, antialiased: antialiased, reach: 2, wrapping: wrapping,
                tap: ReferenceArray.cubic(antialiased ? -0.5 : -0.75))
        }
    }

    private static let upsamplings: [OperationRow] = [([2, 3, 2, 2], 2), ([1, 1, 1, 3], 3), ([1, 2, 2, 1], 1)].map {
        (shape: [Int], factor: Int) in
        OperationRow(
            "upsampledNearest", "×\(factor)", [(shape, anywhere)], { $0[0].squared().upsampledNearest(by: factor) },
            { x in
                x[0].map { $0 * $0 }.taken(shape: [shape[0], shape[1], shape[2] * factor, shape[3] * factor]) {
                    [$0[0], $0[1], $0[2] / factor, $0[3] / factor]
                }
            })
    }
}
