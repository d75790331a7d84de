import TensorCore

extension ReferenceBackend {
    /// For every value, which set it belongs to.
    private func sets(_ sets: NormalizationSets, of x: Tensor) -> [Int] {
        let channels = x.rank > 1 ? x.shape[1] : x.count
        let pixels = x.rank > 1 ? max(x.count / max(x.shape[0] * channels, 1), 1) : 1
        return (0..<x.count).map { place in
            switch sets {
            case .channels: place / pixels % channels
            case .channelsOfSamples: place / pixels
            case .rows(let width): place / width
            }
        }
    }

    private func vector(_ values: [Double]) -> Tensor { tensor(ReferenceArray(shape: [values.count], values: values)) }

    /// The sum over each set.
    private func sums(_ values: [Double], _ members: [Int], count: Int) -> [Double] {
        var result = [Double](repeating: 0, count: count)
        for (value, set) in zip(values, members) { result[set] += value }
        return result
    }

    package func moments(_ x: Tensor, _ sets: NormalizationSets) -> (mean: Tensor, variance: Tensor) {
        let (values, members, count) = (x.reference.values, self.sets(sets, of: x), sets.count(in: x.shape))
        let size = Double(sets.size(in: x.shape))
        let mean = sums(values, members, count: count).map { $0 / size }
        let squares = zip(values, members).map { ($0 - mean[$1]) * ($0 - mean[$1]) }
        return (vector(mean), vector(sums(squares, members, count: count).map { $0 / size }))
    }

    package func normalized(_ x: Tensor, _ sets: NormalizationSets, _ numbers: NormalizationNumbers) -> Tensor {
        let z = linear(x, sets, numbers)
        let weights = numbers.weights?.reference.values
        let values = zip(z, self.sets(sets, of: x)).map { z, set in z > 0 ? z : (weights?[set] ?? 1) * z }
        return tensor(ReferenceArray(shape: x.shape.dimensions, values: values))
    }

    private func linear(_ x: Tensor, _ sets: NormalizationSets, _ numbers: NormalizationNumbers) -> [Double] {
        let (scale, shift) = (numbers.scale.reference.values, numbers.shift.reference.values)
        return zip(x.reference.values, self.sets(sets, of: x)).map { scale[$1] * $0 + shift[$1] }
    }

    package func normalizationGradients(
        _ x: Tensor, _ sets: NormalizationSets, _ numbers: NormalizationNumbers, mean: Tensor,
        inverseDeviation: Tensor, overwriting gradient: consuming Tensor, gamma: Tensor?, wantsWeights: Bool
    ) -> NormalizationGradients {
        let (members, count) = (self.sets(sets, of: x), sets.count(in: x.shape))
        let size = Double(sets.size(in: x.shape))
        let (means, inverses) = (mean.reference.values, inverseDeviation.reference.values)
        let weights = numbers.weights?.reference.values
        let gammas = gamma?.reference.values
        let z = linear(x, sets, numbers)
        let given = gradient.reference.values
        let outer = given.indices.map { z[$0] > 0 ? given[$0] : (weights?[members[$0]] ?? 1) * given[$0] }
        let unit = zip(x.reference.values, members).map { ($0 - means[$1]) * inverses[$1] }
        let dbeta = sums(outer, members, count: count)
        let dgamma = sums(zip(outer, unit).map(*), members, count: count)
        let dx = outer.indices.map { place -> Double in
            let set = members[place]
            let centered = outer[place] - dbeta[set] / size - unit[place] * dgamma[set] / size
            return (gammas?[set] ?? 1) * inverses[set] * centered
        }
        let atWeights = given.indices.map { z[$0] > 0 ? 0 : z[$0] * given[$0] }
        return NormalizationGradients(
            x: tensor(ReferenceArray(shape: x.shape.dimensions, values: dx)), gamma: vector(dgamma),
            beta: vector(dbeta), weights: wantsWeights ? vector(sums(atWeights, members, count: count)) : nil)
    }

    package func channelsNormalized(_ x: Tensor, gamma: Tensor?, beta: Tensor?, epsilon: Float) -> Tensor {
        var y = x.reference.standardized(axes: [1], epsilon: Double(epsilon))
        if let gamma { y = y.combined(perChannel(gamma, of: x), *) }
        if let beta { y = y.combined(perChannel(beta, of: x), +) }
        return tensor(y)
    }

    /// Composed of other operations, which this backend computes.
    package func windowAttention(_ parts: [Tensor], bias: Tensor?, _ attention: AttentionSettings) -> Tensor {
        .composedWindowAttention(parts.map(\.detached), bias: bias?.detached, attention)
    }

    package func channelAffine(_ x: Tensor, scale: Tensor, shift: Tensor) -> Tensor {
        func spread(_ numbers: Tensor) -> ReferenceArray {
            guard numbers.rank == 2 else { return perChannel(numbers, of: x) }
            return numbers.reference.reshaped(numbers.shape.dimensions + x.shape.dimensions.dropFirst(2).map { _ in 1 })
        }
        return tensor(x.reference.combined(spread(scale), *).combined(spread(shift), +))
    }

    package func channelAffineGradients(
        _ x: Tensor, gradient: Tensor, perSample: Bool
    ) -> (scale: Tensor, shift: Tensor) {
        let pixels = Array(2..<max(x.rank, 2))
        let axes = perSample ? pixels : [0] + pixels
        let products = x.reference.combined(gradient.reference, *)
        return (
            tensor(products.reduced(axes) { $0.reduce(0, +) }),
            tensor(gradient.reference.reduced(axes) { $0.reduce(0, +) })
        )
    }
}
