import TensorCore

/// Spectral normalization (Miyato et al. 2018): a weight divided by its largest singular value σ, which bounds the
/// Lipschitz constant of a discriminator.
///
/// The weight is read as a matrix W with one row for each output. σ = uᵀ·W·v, where u and v are estimates of the
/// leading singular vectors. Each training call improves them by one power iteration, and they are kept as state. As in
/// PyTorch, gradients flow through W in σ, while u and v count as constants.
enum SpectralNorm {
    /// Initial singular vectors: u is random, then 15 iterations improve both.
    static func vectors(
        for weight: Tensor, outputAxis: Int = 0, random: Random
    ) -> (u: StateTensor, v: StateTensor) {
        let matrix = matrix(weight.detached, outputAxis)
        var u = normalized(random.normal([matrix.shape[0], 1]))
        var v = u
        for _ in 0..<15 { (u, v) = iterate(matrix, u: u) }
        return (StateTensor(u.reshaped(to: [u.count])), StateTensor(v.reshaped(to: [v.count])))
    }

    /// The weight over its largest singular value.
    static func apply(
        _ weight: Tensor, u: StateTensor, v: StateTensor, outputAxis: Int = 0, _ mode: ForwardMode
    ) -> Tensor {
        let matrix = matrix(weight, outputAxis)
        var right = v.value.reshaped(to: [v.shape[0], 1])
        if mode.isTraining {
            let left = u.value.reshaped(to: [u.shape[0], 1])
            right = normalized(matrix.detached.matrixProduct(left, transposingSelf: true))
            v.assign(right.reshaped(to: v.shape))
        }
        // The product is both the second half of the iteration and, with its history, a factor of σ.
        let product = matrix.matrixProduct(right).reshaped(to: u.shape)
        if mode.isTraining { u.assign(normalized(product.detached)) }
        return weight * (product * u.value).sum().reciprocal()
    }

    /// v ← Wᵀu / ‖Wᵀu‖, then u ← Wv / ‖Wv‖.
    private static func iterate(_ matrix: Tensor, u: Tensor) -> (u: Tensor, v: Tensor) {
        let v = normalized(matrix.matrixProduct(u, transposingSelf: true))
        return (normalized(matrix.matrixProduct(v)), v)
    }

    private static func normalized(_ x: Tensor) -> Tensor { x.scaled(by: 1 / max(Float(x.norm), 1e-12)) }

    private static func matrix(_ weight: Tensor, _ outputAxis: Int) -> Tensor {
        let front = outputAxis == 0 ? weight : weight.transposed(0, outputAxis)
        return front.reshaped(to: [front.shape[0], front.count / front.shape[0]])
    }
}
