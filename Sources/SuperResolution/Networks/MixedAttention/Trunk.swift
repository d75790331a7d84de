import Layers
import Models
import TensorCore

/// The sizes that DAT, RGT and ATD share.
package protocol TrunkParameters: UpscalerParameters {
    /// The blocks of every group.
    var blocks: [Int] { get set }
    /// The heads of every group.
    var heads: [Int] { get set }
    /// The convolutions behind the blocks of a group, and behind all groups: one or three.
    var connection: TransformerConnection { get set }
    /// How the size of the result is reached.
    var upsampler: TransformerUpsampler { get set }
    /// Channels in front of the upsampler.
    var upsampledFeatures: Int { get set }
}

extension TrunkParameters {
    /// The number of groups. More groups are like the last one.
    package var depth: Int {
        get { blocks.count }
        set {
            func resized(_ list: [Int]) -> [Int] {
                let last = list.last ?? 6
                return (0..<Swift.min(Swift.max(newValue, 1), 512)).map { $0 < list.count ? list[$0] : last }
            }
            (blocks, heads) = (resized(blocks), resized(heads))
        }
    }

    /// Refuses impossible sizes of the parts that the networks share.
    func checkTrunk() throws(ParameterError) {
        try check(scales: upsampler.factors, channelsFit: inputChannels == outputChannels)
        try ParameterError.check("upsampledFeatures", upsampledFeatures, in: 1...1024)
        guard connection != .none else { throw ParameterError("connection is “identity”, it must be 1conv or 3conv") }
        guard !blocks.isEmpty, blocks.count == heads.count else {
            throw ParameterError("blocks has \(blocks.count) groups and heads \(heads.count); there must be as many")
        }
        for count in blocks { try ParameterError.check("blocks", count, in: 1...64) }
        for count in heads {
            try ParameterError.check("heads", count, in: 1...features)
            guard features.isMultiple(of: count) else {
                throw ParameterError("heads is \(count), which does not divide \(features) features")
            }
        }
        if connection == .three, features < 4 {
            throw ParameterError("features is \(features), it must be at least 4 with three convolutions")
        }
    }

    /// Refuses upsamplers that the public network does not have.
    func check(upsamplers: [TransformerUpsampler]) throws(ParameterError) {
        guard upsamplers.contains(upsampler) else {
            let known = upsamplers.map(\.rawValue).joined(separator: " or ")
            throw ParameterError("upsampler is “\(upsampler.rawValue)”, it must be \(known)")
        }
    }

    /// Takes over what the names and shapes of a file say of the first and the last layers.
    ///
    /// - Returns: false if there are no such layers.
    mutating func read(_ shapes: TensorShapes) -> Bool {
        guard let around = TransformerSurroundings(shapes), around.unshuffle == 1 else { return false }
        (scale, features) = (around.scale, around.features)
        (inputChannels, outputChannels) = (around.inputChannels, around.outputChannels)
        (connection, upsampler) = (around.connection, around.upsampler)
        upsampledFeatures = around.upsampledFeatures
        return true
    }

    /// The sizes around the groups.
    var frame: TransformerFrame {
        TransformerFrame(
            scale: scale, features: features, inputChannels: inputChannels, upsampler: upsampler,
            connection: connection, upsampledFeatures: upsampledFeatures)
    }

    /// A network whose groups have blocks of two kinds in turn. The blocks fill up their windows themselves.
    ///
    /// - Parameters:
    ///   - leastSide: the least side of images; smaller ones are mirrored.
    ///   - block: makes a block of a group, from both numbers.
    func alternating(
        leastSide: Int = 1, random: Random, _ block: (_ group: Int, _ block: Int) -> any Layer
    ) -> UpscalingTransformer {
        let groups = blocks.enumerated().map { group, count in
            AlternatingGroup((0..<count).map { block(group, $0) }, conv: connection.layer(features, random: random))
        }
        var frame = frame
        (frame.normalization, frame.leastSide) = ("before_RG.1", leastSide)
        return UpscalingTransformer(frame, reach: .wholeImage, layers: groups, random: random)
    }
}

/// Blocks of both kinds, then the convolutions, added to the input.
final class AlternatingGroup: Layer {
    let blocks: [any Layer]
    let conv: (any Layer)?

    init(_ blocks: [any Layer], conv: (any Layer)?) { (self.blocks, self.conv) = (blocks, conv) }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let h = blocks.reduce(x) { $1($0, mode) }
        return (conv.map { $0(h, mode) } ?? h) + x
    }
}

extension Int {
    /// The reach of a network whose pixels depend on all pixels of the image: more than any margin of a tile.
    static var wholeImage: Int { 1 << 16 }
}
