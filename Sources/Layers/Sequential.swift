import TensorCore

/// Layers applied one after the other; their names are their positions: `0.weight`, `2.bias`.
///
///     let body = Sequential([Linear(100, 256, random: random), ReLU(), Linear(256, 784, random: random), Tanh()])
public final class Sequential: Layer, LayerList {
    public let layers: [any Layer]

    public init(_ layers: [any Layer]) { self.layers = layers }

    public func callAsFunction(_ x: Tensor, _ phase: Phase) -> Tensor { layers.reduce(x) { $1($0, phase) } }
}

/// y = shortcut(x) + scale · body(x) (He et al. 2016); without a shortcut layer x itself is added.
public final class Residual: Layer {
    public let body: any Layer
    public let shortcut: (any Layer)?
    private let scale: Float

    public init(_ body: any Layer, shortcut: (any Layer)? = nil, scale: Float = 1) {
        self.body = body
        self.shortcut = shortcut
        self.scale = scale
    }

    public func callAsFunction(_ x: Tensor, _ phase: Phase) -> Tensor {
        let change = body(x, phase)
        return (shortcut?(x, phase) ?? x) + (scale == 1 ? change : change.scaled(by: scale))
    }
}

/// `[N, …] → [N, rest]`.
public final class Flatten: Layer {
    public init() {}
    public func callAsFunction(_ x: Tensor, _ phase: Phase) -> Tensor { x.flattened() }
}
