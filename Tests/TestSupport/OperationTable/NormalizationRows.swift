import TensorCore

package enum NormalizationRows {
    package static let all = batch + instances + groups + layers + pixels + affine + rectified + weights

    private enum Gains: CaseIterable {
        case none, gamma, beta, both

        var hasGamma: Bool { self == .gamma || self == .both }
        var hasBeta: Bool { self == .beta || self == .both }
    }

    private static let epsilon: Float = 1e-2

    /// A row of a normalization with every choice of gamma and beta, of shape `gains`, which repeat as `repeated`.
    private static func rows(
        _ name: String, _ variant: String, _ shape: [Int], gains: [Int], repeated: [Int],
        _ engine: @escaping @Sendable (Tensor, Tensor?, Tensor?) -> Tensor,
        _ reference: @escaping @Sendable (ReferenceArray) -> ReferenceArray
    ) -> [OperationRow] {
        Gains.allCases.map { choice in
            let parts = [choice.hasGamma, choice.hasBeta].filter { $0 }.map { _ in (shape: gains, values: anywhere) }
            return OperationRow(
                name, "\(variant) \(choice)", [(shape, anywhere)] + parts, tolerance: 3e-4,
                { engine($0[0], choice.hasGamma ? $0[1] : nil, choice.hasBeta ? $0[$0.count - 1] : nil) },
                { x in
                    var y = reference(x[0])
                    if choice.hasGamma { y = y.combined(x[1].reshaped(repeated), *) }
                    if choice.hasBeta { y = y.combined(x[x.count - 1].reshaped(repeated), +) }
                    return y
                })
        }
    }

    private static func perChannel(_ shape: [Int]) -> [Int] {
        [1, shape[1]] + [Int](repeating: 1, count: shape.count - 2)
    }

    private static let batch: [OperationRow] = [
        [4, 3], [2, 3, 2, 3], [3, 1, 2, 2], [3, 2, 1, 1], [1, 2, 3, 2],
    ].flatMap { (shape: [Int]) in
        rows(
            "batchNormalized", "", shape, gains: [shape[1]], repeated: perChannel(shape),
            { $0.batchNormalized(gamma: $1, beta: $2, epsilon: epsilon).output },
            { $0.standardized(axes: [0] + Array(2..<shape.count), epsilon: Double(epsilon)) })
    }

    /// A part of a batch, whose only peer has the same values.
    package static let parts: [OperationRow] = [[4, 3], [2, 3, 2, 3]].flatMap { (shape: [Int]) in
        rows(
            "batchNormalized", "beside a twin", shape, gains: [shape[1]], repeated: perChannel(shape),
            {
                $0.batchNormalized(gamma: $1, beta: $2, epsilon: epsilon, then: .none, peers: Twin()).output
            },
            { $0.standardized(axes: [0] + Array(2..<shape.count), epsilon: Double(epsilon)) })
    }

    private final class Twin: BatchPeers {
        let share = Share(index: 0, count: 2)
        func sum(_ numbers: [Double]) -> [Double] { numbers.map { 2 * $0 } }
    }

    private static let instances: [OperationRow] = [[2, 3, 2, 3], [2, 1, 3, 2]].flatMap { (shape: [Int]) in
        rows(
            "instanceNormalized", "", shape, gains: [shape[1]], repeated: perChannel(shape),
            { $0.instanceNormalized(gamma: $1, beta: $2, epsilon: epsilon) },
            { $0.standardized(axes: [2, 3], epsilon: Double(epsilon)) })
    }

    private static let groups: [OperationRow] = [
        ([2, 4, 2, 2], 2), ([2, 4, 2, 1], 1), ([2, 6], 3), ([1, 4, 3], 2),
    ].flatMap { (shape: [Int], groups: Int) in
        rows(
            "groupNormalized", "\(groups)", shape, gains: [shape[1]], repeated: perChannel(shape),
            { $0.groupNormalized(groups: groups, gamma: $1, beta: $2, epsilon: epsilon) },
            { x in
                x.reshaped([shape[0], groups, x.values.count / (shape[0] * groups)])
                    .standardized(axes: [2], epsilon: Double(epsilon)).reshaped(shape)
            })
    }

    private static let layers: [OperationRow] = [([4], 1), ([3, 4], 1), ([2, 3, 2, 2], 3), ([2, 2, 2, 3], 1)].flatMap {
        (shape: [Int], axes: Int) in
        rows(
            "layerNormalized", "over \(axes)", shape, gains: Array(shape.suffix(axes)),
            repeated: Array(shape.suffix(axes)),
            { $0.layerNormalized(axes: axes, gamma: $1, beta: $2, epsilon: epsilon) },
            { $0.standardized(axes: Array((shape.count - axes)..<shape.count), epsilon: Double(epsilon)) })
    }

    private static let pixels: [OperationRow] = [[2, 3, 2, 3], [1, 4, 1, 2], [2, 2, 3, 1]].flatMap { (shape: [Int]) in
        rows(
            "channelsNormalized", "", shape, gains: [shape[1]], repeated: perChannel(shape),
            { $0.channelsNormalized(gamma: $1, beta: $2, epsilon: epsilon) },
            { $0.standardized(axes: [1], epsilon: Double(epsilon)) })
    }

    private static let affine: [OperationRow] = [[4, 3], [2, 3, 2, 3], [2, 1, 3, 2], [2, 3, 1, 1]].flatMap {
        (shape: [Int]) in
        [false, true].map { perSample in
            let own = perSample ? [shape[0], shape[1]] : [shape[1]]
            let repeated = perSample ? own + shape.dropFirst(2).map { _ in 1 } : perChannel(shape)
            return OperationRow(
                "channelAffine", perSample ? "per sample" : "", [(shape, anywhere), (own, anywhere), (own, anywhere)],
                { $0[0].channelAffine(scale: $0[1], shift: $0[2]) },
                { $0[0].combined($0[1].reshaped(repeated), *).combined($0[2].reshaped(repeated), +) })
        }
    }

    /// Normalizations with an activation fused to them. The shift keeps the results clear of the kink at 0.
    private static let rectified: [OperationRow] = [[4, 3], [2, 3, 2, 3], [2, 2, 3, 1]].flatMap {
        (shape: [Int]) -> [OperationRow] in
        let wide = (shape: shape, values: TestValues.separated), channels = [shape[1]]
        return [false, true].filter { !$0 || shape.count > 2 }.flatMap { (alone: Bool) -> [OperationRow] in
            let axes = (alone ? [] : [0]) + Array(2..<shape.count)
            @Sendable func engine(_ x: Tensor, _ gamma: Tensor?, _ beta: Tensor?, _ activation: Activation) -> Tensor {
                alone
                    ? x.instanceNormalized(gamma: gamma, beta: beta, epsilon: epsilon, then: activation)
                    : x.batchNormalized(gamma: gamma, beta: beta, epsilon: epsilon, then: activation).output
            }
            let name = alone ? "instanceNormalized" : "batchNormalized"
            return [
                OperationRow(
                    name, "leaky", [wide, (channels, positive), (channels, anywhere)], tolerance: 3e-4,
                    { engine($0[0], $0[1], $0[2], .leakyReLU(slope: 0.25)) },
                    {
                        $0[0].standardized(axes: axes, epsilon: Double(epsilon))
                            .combined($0[1].reshaped(perChannel(shape)), *)
                            .combined($0[2].reshaped(perChannel(shape)), +).map { $0 > 0 ? $0 : 0.25 * $0 }
                    }),
                OperationRow(
                    name, "relu", [wide, (channels, positive)], tolerance: 3e-4,
                    { engine($0[0], nil, $0[1], .relu) },
                    {
                        $0[0].standardized(axes: axes, epsilon: Double(epsilon))
                            .combined($0[1].reshaped(perChannel(shape)), +).map { max($0, 0) }
                    }),
                OperationRow(
                    name, "learned", [wide, (channels, anywhere), (channels, anywhere)], tolerance: 3e-4,
                    { engine($0[0], nil, $0[1], .prelu(weights: $0[2])) },
                    {
                        let z = $0[0].standardized(axes: axes, epsilon: Double(epsilon))
                            .combined($0[1].reshaped(perChannel(shape)), +)
                        return z.map { max($0, 0) }
                            .combined(z.map { min($0, 0) }.combined($0[2].reshaped(perChannel(shape)), *), +)
                    }),
            ]
        }
    }

    private static let weights: [OperationRow] = [[6], [4, 3], [2, 3, 2, 3], [2, 1, 3, 2], [2, 3, 4]].flatMap {
        (shape: [Int]) -> [OperationRow] in
        let channels = shape.count > 1 ? shape[1] : shape[0]
        let repeated = shape.count > 1 ? perChannel(shape) : shape
        return [channels, 1].flatMap { (count: Int) in
            ["prelu", "activated"].map { name in
                OperationRow(
                    name, "\(count) weights", [(shape, .separated), ([count], anywhere)],
                    { name == "prelu" ? $0[0].prelu(weights: $0[1]) : $0[0].activated(by: .prelu(weights: $0[1])) },
                    {
                        let weights = count == 1 ? $0[1] : $0[1].reshaped(repeated)
                        return $0[0].map { max($0, 0) }.combined($0[0].map { min($0, 0) }.combined(weights, *), +)
                    })
            }
        }
    }
}
