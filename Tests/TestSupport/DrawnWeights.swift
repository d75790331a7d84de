import Layers
import TensorCore

/// Weights that need no storing: each value follows from its name and its position alone, here as in
/// `Fixtures/KnownAnswers/Recipes/drawn_weights.py`.
package enum DrawnWeights {
    /// A weight of that name and shape: matrices and kernels keep the variance, the rest lies near what it means.
    package static func tensor(_ name: String, _ shape: Shape) -> Tensor {
        let (offset, factor): (Double, Double) =
            if shape.rank > 1 {
                (0, (4 * Double(shape[0]) / Double(shape.count)).squareRoot())
            } else if name.hasSuffix("running_var") {
                (1, 0.5)
            } else if name.hasSuffix("weight") {
                (0.6, 0.4)
            } else {
                (0, 0.2)
            }
        return Tensor(hashed(name, shape.count).map { Float(offset + factor * $0) }, shape: shape)
    }

    /// Numbers in −1 ..< 1: the name's FNV-1a hash plus the position, mixed as in MurmurHash3.
    private static func hashed(_ name: String, _ count: Int) -> [Double] {
        let seed = name.utf8.reduce(UInt32(0x811C_9DC5)) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
        return (0..<count).map { position in
            var x = seed &+ UInt32(truncatingIfNeeded: position)
            x = (x ^ (x >> 16)) &* 0x85EB_CA6B
            x = (x ^ (x >> 13)) &* 0xC2B2_AE35
            return Double((x ^ (x >> 16)) >> 8) / Double(1 << 23) - 1
        }
    }
}

extension KnownAnswer {
    /// In words, where a network with drawn weights leaves what PyTorch's gave: names and shapes of its state, output,
    /// gradient with respect to the input. Nil if all agree.
    package func difference(from network: some Module, run: (Tensor, ForwardMode) -> Tensor) throws -> String? {
        let state = network.state()
        let listed = state.map { "\($0):\($1.shape.dimensions.map(String.init).joined(separator: "x"))" }.sorted()
        let expected = try text("state").split(separator: " ").map(String.init).sorted()
        if listed != expected {
            return "\(self): state \(Set(listed).symmetricDifference(expected).sorted())"
        }
        try network.load(Dictionary(uniqueKeysWithValues: state.map { ($0, DrawnWeights.tensor($0, $1.shape)) }))
        let input = try loaded("input").requiringGradient()
        let output = run(input, try flag("training") ? .training(Random(seed: 1)) : .inference)
        if let difference = try difference("output", from: output) { return difference }
        let loss = (output * (try loaded("cotangent"))).sum()
        return try difference("grad.input", from: gradients(of: loss, at: [input])[0] ?? .zeros(input.shape))
    }
}
