import TensorCore

/// A table of learned vectors, one per label: `[Int] → [n, width]`. `weight` is `[count, width]` and starts standard
/// normal.
///
///     let classes = Embedding(10, 50, random: random)
///     let vectors = classes([3, 3, 7], mode)      // [3, 50]
public final class Embedding: Module {
    /// The table, `[count, width]`.
    public let weight: Parameter
    let weightU: StateTensor?
    let weightV: StateTensor?

    /// - Parameters:
    ///   - count: the number of rows of the table.
    ///   - width: the length of a vector.
    ///   - initializer: makes the initial weights.
    ///   - spectralNorm: divide the table by its largest singular value (Miyato et al. 2018).
    ///   - random: the source of random numbers.
    public init(
        _ count: Int, _ width: Int, initializer: Initializer = .normal(1), spectralNorm: Bool = false, random: Random
    ) {
        weight = Parameter(initializer([count, width], random: random))
        let vectors = spectralNorm ? SpectralNorm.vectors(for: weight.value, random: random) : nil
        weightU = vectors?.u
        weightV = vectors?.v
    }

    /// - Parameters:
    ///   - labels: each in `0 ..< count`.
    ///   - mode: training, calibration or inference.
    public func callAsFunction(_ labels: [Int], _ mode: ForwardMode) -> Tensor { table(mode).gatheringRows(labels) }

    /// - Parameters:
    ///   - labels: each a whole number in `0 ..< count`, `[n]`; or for means of vectors, the share of each, `[n, count]`.
    ///   - mode: training, calibration or inference.
    public func callAsFunction(_ labels: Tensor, _ mode: ForwardMode) -> Tensor { table(mode).rows(ofClasses: labels) }

    private func table(_ mode: ForwardMode) -> Tensor {
        var weight = weight.value(in: mode)
        if let weightU, let weightV { weight = SpectralNorm.apply(weight, u: weightU, v: weightV, mode) }
        return weight
    }
}

extension Tensor {
    /// The rows that classes name by their numbers, `[n]`, or means of rows with the shares of classes, `[n, rows]`.
    package func rows(ofClasses classes: Tensor) -> Tensor {
        classes.rank == 2 ? classes.matrixProduct(self) : gatheringRows(at: classes)
    }
}
