import Layers
import TensorCore

/// Layer normalization over the channels of every pixel, `[N, C, H, W]`. `weight` and `bias` are `[C]`.
final class ChannelNorm: Layer {
    let weight: Parameter
    let bias: Parameter

    init(_ channels: Int) {
        weight = Parameter(.ones([channels]))
        bias = Parameter(.zeros([channels]))
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        x.permuted([0, 2, 3, 1])
            .layerNormalized(gamma: weight.value(in: mode), beta: bias.value(in: mode), epsilon: 1e-6)
            .permuted([0, 3, 1, 2])
    }
}
