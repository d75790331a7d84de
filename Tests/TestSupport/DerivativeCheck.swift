import CPUBackend
import TensorCore

/// Values, first and second derivatives of an engine function against a double-precision reference of its value.
///
/// With a random projection p, L(x) = Σ p · f(x). The engine's ∇L is compared with central differences of the
/// reference's L; then s = Σ r · ∇L, built with `createGraph`, is differentiated again, and ∇s, at the inputs and at
/// p, is compared with mixed central differences of the reference.
package struct DerivativeCheck {
    package typealias Engine = @Sendable ([Tensor]) -> Tensor
    package typealias Reference = @Sendable ([ReferenceArray]) -> ReferenceArray

    private let inputs: [ReferenceArray]
    private let engine: Engine
    private let tolerance: Double
    private let value: ReferenceArray
    private let projection: ReferenceArray
    /// r, one array per input.
    private let probe: [ReferenceArray]
    private let directions: [[ReferenceArray]]
    private let first: [Double]
    private let second: [Double]
    /// The derivative of f along r: what ∇s must be at p.
    private let alongProbe: ReferenceArray

    package init(
        inputs: [ReferenceArray], tolerance: Double = 1e-4, engine: @escaping Engine, reference: Reference
    ) {
        self.inputs = inputs
        self.engine = engine
        self.tolerance = tolerance
        value = reference(inputs)
        let projection = TestValues.spread(-1...1).array(shape: value.shape, seed: 11)
        let probe = inputs.enumerated().map { index, input in
            TestValues.spread(-1...1).array(shape: input.shape, seed: 23 + UInt64(index))
        }
        self.projection = projection
        self.probe = probe

        func moved(_ origin: [ReferenceArray], _ step: Double, _ direction: [ReferenceArray]) -> [ReferenceArray] {
            zip(origin, direction).map { a, d in a.combined(d) { $0 + step * $1 } }
        }
        func loss(_ at: [ReferenceArray]) -> Double {
            zip(reference(at).values, projection.values).reduce(0) { $0 + $1.0 * $1.1 }
        }
        directions = Self.directions(for: inputs)
        first = directions.map { direction in
            let h = 1e-5
            return (loss(moved(inputs, h, direction)) - loss(moved(inputs, -h, direction))) / (2 * h)
        }
        let h = 1e-4
        let (ahead, behind) = (moved(inputs, h, probe), moved(inputs, -h, probe))
        second = directions.map { direction in
            (loss(moved(ahead, h, direction)) - loss(moved(ahead, -h, direction))
                - loss(moved(behind, h, direction)) + loss(moved(behind, -h, direction))) / (4 * h * h)
        }
        alongProbe = reference(ahead).combined(reference(behind)) { ($0 - $1) / (2 * h) }
    }

    /// What does not agree, in words.
    ///
    /// - Parameters:
    ///   - channelsLast: which inputs lie channels-last in memory.
    ///   - visit: called with the scalars whose graphs were walked.
    package func disagreements(channelsLast: [Bool], visit: ([Tensor]) -> Void = { _ in }) -> [String] {
        var found: [String] = []
        let leaves = tensors(channelsLast: channelsLast).map { $0.requiringGradient() }
        let p = Tensor(projection.values.map(Float.init), shape: Shape(projection.shape)).requiringGradient()
        let output = engine(leaves)
        guard output.shape.dimensions == value.shape else {
            return ["shape \(output.shape), expected \(value.shape)"]
        }
        let scale = value.values.reduce(1) { max($0, abs($1)) }
        for (index, (got, expected)) in zip(output.values, value.values).enumerated()
        where !(abs(Double(got) - expected) <= tolerance * scale) {
            found.append("value \(index): \(got), expected \(expected)")
        }

        let loss = (output * p).sum()
        let plain = gradients(of: loss, at: leaves)
        found += compare("first order", plain, with: first)
        let recorded = gradients(of: loss, at: leaves, createGraph: true)
        found += compare("first order, recorded", recorded, with: first)

        let weights = probe.map { Tensor($0.values.map(Float.init), shape: Shape($0.shape)) }
        let s = zip(recorded, weights).reduce(Tensor(0)) { sum, pair in
            pair.0.map { sum + ($0 * pair.1).sum() } ?? sum
        }
        visit([loss, s])
        let again = gradients(of: s, at: leaves + [p])
        found += compare("second order", Array(again.dropLast()), with: second)
        let atProjection = again[leaves.count]?.values ?? [Float](repeating: 0, count: p.count)
        let span = alongProbe.values.reduce(1) { max($0, abs($1)) }
        for (index, (got, expected)) in zip(atProjection, alongProbe.values).enumerated()
        where !(abs(Double(got) - expected) <= tolerance * span) {
            found.append("second order at the gradient, \(index): \(got), expected \(expected)")
        }
        return found
    }

    /// The inputs as tensors of the current backend.
    ///
    /// - Parameter channelsLast: which of them lie channels-last in memory.
    package func tensors(channelsLast: [Bool]) -> [Tensor] {
        zip(inputs, channelsLast).map { input, last in
            let plain = Tensor(input.values.map(Float.init), shape: Shape(input.shape))
            return last ? CPUBackend.standard.channelsLast(plain) : plain
        }
    }

    /// The value and, behind it, the gradients of L at all inputs, computed by the current backend.
    package func results() -> [[Float]] {
        let leaves = tensors(channelsLast: inputs.map { _ in false }).map { $0.requiringGradient() }
        let p = Tensor(projection.values.map(Float.init), shape: Shape(projection.shape))
        let output = engine(leaves)
        return [output.values] + gradients(of: (output * p).sum(), at: leaves).map { $0?.values ?? [] }
    }

    private func compare(_ name: String, _ gradients: [Tensor?], with expected: [Double]) -> [String] {
        for (index, gradient) in gradients.enumerated() {
            if let gradient, gradient.shape.dimensions != inputs[index].shape {
                return ["\(name), input \(index): shape \(gradient.shape)"]
            }
        }
        let values = gradients.map { $0?.values.map(Double.init) }
        let scale = values.reduce(1.0) { $1?.reduce($0) { max($0, abs($1)) } ?? $0 }
        return directions.indices.compactMap { index in
            let got = zip(values, directions[index]).reduce(0.0) { sum, pair in
                guard let gradient = pair.0 else { return sum }
                return sum + zip(gradient, pair.1.values).reduce(0) { $0 + $1.0 * $1.1 }
            }
            if abs(got - expected[index]) <= tolerance * max(scale, abs(expected[index])) { return nil }
            return "\(name), direction \(index): \(got), expected \(expected[index])"
        }
    }

    /// Two random directions over all inputs, and up to six single elements of each input.
    private static func directions(for inputs: [ReferenceArray]) -> [[ReferenceArray]] {
        let still = inputs.map { $0.map { _ in 0 } }
        var directions: [[ReferenceArray]] = [31, 37].map { (seed: UInt64) in
            inputs.enumerated().map { index, input in
                TestValues.spread(-1...1).array(shape: input.shape, seed: seed + 100 * UInt64(index))
            }
        }
        var random = SplitMix(41)
        for (index, input) in inputs.enumerated() {
            for element in input.values.indices.shuffled(using: &random).prefix(6) {
                var direction = still
                direction[index].values[element] = 1
                directions.append(direction)
            }
        }
        return directions
    }
}
