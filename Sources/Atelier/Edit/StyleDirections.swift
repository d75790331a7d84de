import Evaluation
import Files
import Layers
import TensorCore

/// Directions in the space of styles along which images change, the strongest first.
public struct StyleDirections: Sendable {
    /// How directions are found.
    public enum Method: String, Sendable, CaseIterable {
        /// The eigenvectors of what the layers compute from styles (Shen & Zhou 2021, "Closed-form factorization of
        /// latent semantics in GANs").
        case sefa
        /// The principal components of many styles (Härkönen et al. 2020, "GANSpace").
        case pca
    }

    /// `[count, styleSize]`; each row is one standard deviation of styles long.
    let vectors: Tensor
    /// The layers that they were found for; nil for all.
    public let layers: ClosedRange<Int>?
    /// How many there are.
    public var count: Int { vectors.shape[0] }

    /// Reads a file that ``write(to:)`` wrote.
    ///
    /// - Throws: `SafetensorsError`, ``EditError``.
    public init(contentsOf file: String) throws {
        let (tensors, facts) = try Safetensors.read(file)
        guard let vectors = tensors["directions"], vectors.rank == 2, vectors.isFinite else {
            throw EditError.noStyle(file: file, wanted: "directions")
        }
        self.vectors = vectors
        if let first = facts["firstLayer"].flatMap({ Int($0) }), let last = facts["lastLayer"].flatMap({ Int($0) }),
            first >= 0, first <= last
        {
            layers = first...last
        } else {
            layers = nil
        }
    }

    fileprivate init(_ vectors: Tensor, layers: ClosedRange<Int>?) { (self.vectors, self.layers) = (vectors, layers) }

    /// Writes the directions to a file of safetensors, completely or not at all.
    public func write(to file: String) throws {
        var facts: [String: String] = [:]
        if let layers { (facts["firstLayer"], facts["lastLayer"]) = ("\(layers.lowerBound)", "\(layers.upperBound)") }
        try Safetensors.write(["directions": vectors], to: file, metadata: facts)
    }

    /// The vector of a direction, counted from 1, `[styleSize]`.
    func step(_ number: Int, styleSize: Int) throws(EditError) -> Tensor {
        guard (1...max(count, 1)).contains(number), count > 0 else { throw .direction(number, count: count) }
        guard vectors.shape[1] == styleSize else {
            throw .differentStyles(file: "the directions", found: vectors.shape.dimensions, wanted: [count, styleSize])
        }
        return vectors.slice(axis: 0, from: number - 1, count: 1).reshaped(to: [styleSize])
    }
}

extension StyleEditor {
    /// The strongest directions.
    ///
    /// - Parameters:
    ///   - count: how many; at most as many as a style has numbers.
    ///   - layers: the layers that count for ``StyleDirections/Method/sefa`` and are moved; nil for all.
    ///   - samples: how many styles are drawn; they give the lengths, and the principal components.
    /// - Throws: ``EditError/layers(_:count:)``.
    public func directions(
        _ method: StyleDirections.Method, count: Int = 8, layers: ClosedRange<Int>? = nil, samples: Int = 4096
    ) throws(EditError) -> StyleDirections {
        let range = layers ?? 0...(layerCount - 1)
        guard range.lowerBound >= 0, range.upperBound < layerCount else { throw .layers(range, count: layerCount) }
        let size = generator.styleSize
        let drawn = styles(samples)
        let centered = drawn - drawn.mean(axes: [0], keepingAxes: true)
        let matrix: Tensor
        switch method {
        case .sefa:
            // Each row of a matrix is one output; rows of length 1 count alike.
            let rows = Tensor.concatenated(generator.styleWeights[range].flatMap { $0 })
            let lengths = (rows.squared().sum(axes: [1], keepingAxes: true) + 1e-12).squareRoot()
            let unit = rows / lengths
            matrix = unit.matrixProduct(unit, transposingSelf: true)
        case .pca:
            matrix = centered.matrixProduct(centered, transposingSelf: true)
        }
        let (values, vectors) = symmetricEigen(matrix.values.map(Double.init), size: size)
        let order = values.indices.sorted { values[$0] > values[$1] }.prefix(min(max(count, 1), size))
        let axes = Tensor(
            order.flatMap { row in vectors[row * size..<(row + 1) * size].map { Float($0) } },
            shape: [order.count, size])
        let spread = centered.matrixProduct(axes, transposingOther: true).squared().mean(axes: [0]).squareRoot()
        return StyleDirections(axes * spread.reshaped(to: [order.count, 1]), layers: layers)
    }
}
