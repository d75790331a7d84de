import Layers
import TensorCore

/// A bias for relative positions that a small network computes from them (Wang et al. 2021, "CrossFormer").
final class PositionBias: Layer {
    let posProj: Linear
    let pos1: Sequential
    let pos2: Sequential
    let pos3: Sequential

    init(_ width: Int, heads: Int, random: Random) {
        posProj = Linear(2, width, random: random)
        func layers(_ outputs: Int) -> Sequential {
            Sequential([LayerNorm([width]), ReLU(), Linear(width, outputs, random: random)])
        }
        (pos1, pos2, pos3) = (layers(width), layers(width), layers(heads))
    }

    /// `[places, 2] → [places, heads]`.
    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        pos3(pos2(pos1(posProj(x, mode), mode), mode), mode)
    }

    /// The places of the pixels of a window relative to each other, row and column, `[(2·h − 1)·(2·w − 1), 2]`.
    static func places(height: Int, width: Int) -> Tensor {
        let rows = (1 - height..<height).flatMap { y in (1 - width..<width).flatMap { [Float(y), Float($0)] } }
        return Tensor(rows, shape: [(2 * height - 1) * (2 * width - 1), 2])
    }
}
