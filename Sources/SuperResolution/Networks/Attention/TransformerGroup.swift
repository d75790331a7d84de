import Layers
import TensorCore

/// A group: its blocks and a convolution behind them, added to the input.
final class TransformerGroup: Layer {
    let residualGroup: TransformerBlocks
    let conv: (any Layer)?

    init(_ blocks: [any Layer], then last: (any Layer)? = nil, conv: (any Layer)?) {
        residualGroup = TransformerBlocks(blocks, then: last)
        self.conv = conv
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let h = residualGroup(x, mode)
        return (conv.map { $0(h, mode) } ?? h) + x
    }
}

/// Blocks one after the other, and a last one of another kind if there is any.
final class TransformerBlocks: Layer {
    let blocks: [any Layer]
    let overlapAttn: (any Layer)?

    init(_ blocks: [any Layer], then last: (any Layer)?) { (self.blocks, overlapAttn) = (blocks, last) }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let h = blocks.reduce(x) { $1($0, mode) }
        return overlapAttn.map { $0(h, mode) } ?? h
    }
}
