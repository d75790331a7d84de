import CPUBackend
import TensorCore
import Testing

/// Kernels write over what was handed to them if nobody else holds it.
@Suite struct OverwritingTests {
    private let backend: any Backend = CPUBackend.standard
    private let other = Random(seed: 1).normal([4, 6, 5, 5])

    /// Whether the result of a method lies where the tensor handed to it lay, which is held by somebody else or not.
    private func overwrites(isShared: Bool, _ method: (() -> Tensor) -> Tensor) throws -> Bool {
        var given: [Tensor] = [Random(seed: 2).normal(other.shape)]
        let holder = isShared ? given.first : nil
        let place = try given[0].pointer
        let values = holder?.values
        // An unoptimized build hands over what a function returns, and copies of everything that has a name.
        let result = method { given.removeLast() }
        #expect(holder?.values == values)
        return try result.pointer == place
    }

    private func check(_ name: String, _ method: (() -> Tensor) -> Tensor) throws {
        let (alone, shared) = try (overwrites(isShared: false, method), overwrites(isShared: true, method))
        #expect(alone && !shared, "\(name): alone \(alone), shared \(shared)")
    }

    @Test func gradientsThatWereHandedOverAreOverwritten() throws {
        try check("sum") { backend.sum(overwriting: $0(), other) }
        try check("leaky gate") { backend.leakyGate(overwriting: $0(), other, slope: 0.2) }
        let weights = Tensor.full([6], 0.1)
        try check("prelu") { backend.preluGradients(other, weights: weights, overwriting: $0()).x }
        let (mean, variance) = backend.moments(other, .channels)
        let inverse = backend.unary(.reciprocalSquareRoot, variance)
        let numbers = NormalizationNumbers(scale: inverse, shift: mean, weights: nil)
        try check("normalization") {
            backend.normalizationGradients(
                other, .channels, numbers, mean: mean, inverseDeviation: inverse, overwriting: $0(), gamma: nil,
                wantsWeights: false
            ).x
        }
        try check("writable") { given in
            var tensor = given()
            let values = backend.makeWritable(&tensor)
            values?[1] = 7
            #expect(tensor.values[1] == 7)
            return tensor
        }
    }

    @Test func writableValuesAreInRowMajorOrder() throws {
        let layered = CPUBackend.standard.channelsLast(other)
        #expect(layered.block.layout != .plain)
        var tensor = layered
        let values = try #require(backend.makeWritable(&tensor))
        #expect(Array(values) == other.values && tensor.values == other.values)
    }
}
