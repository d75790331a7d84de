import TensorCore

/// Samples of a step that can be divided into parts of one size.
package protocol DivisibleBatch: Sendable {
    /// The samples of a part.
    func part(_ share: Share) -> Self
}

extension Batch: DivisibleBatch {
    package func part(_ share: Share) -> Batch {
        let range = share.range(of: count)
        return Batch(images: images.part(share), labels: Array(labels[range]), indices: Array(indices[range]))
    }
}

extension PairBatch: DivisibleBatch {
    package func part(_ share: Share) -> PairBatch {
        let range = share.range(of: indices.count)
        var part = PairBatch(
            inputs: inputs.part(share), targets: targets.part(share), indices: Array(indices[range]),
            drawingChannels: drawingChannels)
        if !regions.isEmpty { part.regions = Array(regions[range]) }
        return part
    }
}

extension UnpairedBatch: DivisibleBatch {
    package func part(_ share: Share) -> UnpairedBatch { UnpairedBatch(a: a.part(share), b: b.part(share)) }
}

extension UpscalingBatch: DivisibleBatch {
    package func part(_ share: Share) -> UpscalingBatch {
        UpscalingBatch(small: small.part(share), large: large.part(share))
    }
}
