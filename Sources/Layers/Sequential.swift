import TensorCore

/// Layers applied one after the other; their names are their positions: `0.weight`, `2.bias`.
///
///     let body = Sequential([Linear(100, 256, random: random), ReLU(), Linear(256, 784, random: random), Tanh()])
public final class Sequential: Layer, LayerList {
    /// In the order in which they are applied.
    public let layers: [any Layer]

    /// Each layer receives the output of the one before it.
    public init(_ layers: [any Layer]) { self.layers = layers }

    /// The output of the last layer.
    public func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        var x = x
        var rest = layers[...]
        while let layer = rest.popFirst() {
            if let activated = layer as? any ActivatedLayer, let activation = rest.first as? any ActivationLayer {
                x = activated(x, mode, then: activation.activation(in: mode))
                rest.removeFirst()
            } else {
                x = layer(x, mode)
            }
        }
        return x
    }
}

/// y = shortcut(x) + scale · body(x) (He et al. 2016); without a shortcut layer x itself is added.
public final class Residual: Layer {
    /// The body, which is added to the shortcut.
    public let body: any Layer
    /// The layer that converts x to the shape of the body's output; nil if they already agree.
    public let shortcut: (any Layer)?
    private let scale: Float

    /// - Parameters:
    ///   - body: the body.
    ///   - shortcut: converts the input to the shape of the output of the body; nil if they agree.
    ///   - scale: the factor of the body.
    public init(_ body: any Layer, shortcut: (any Layer)? = nil, scale: Float = 1) {
        self.body = body
        self.shortcut = shortcut
        self.scale = scale
    }

    /// shortcut(x) + scale · body(x); both terms must have the same shape.
    public func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let change = body(x, mode)
        return (shortcut?(x, mode) ?? x) + (scale == 1 ? change : change.scaled(by: scale))
    }
}

/// `[N, …] → [N, rest]`.
public final class Flatten: Layer {
    /// A layer without settings.
    public init() {}
    /// `[N, …] → [N, rest]`.
    public func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { x.flattened() }
}
