import Layers
import Models
import TensorCore

/// The sizes that DAT, RGT and ATD share.
package protocol TrunkParameters: UpscalerParameters {
    /// The blocks of every group.
    var blocks: [Int] { get set }
    /// The heads of every group.
    var heads: [Int] { get set }
    /// Convolutions at the end of a group: 1, or 3 with fewer channels between.
    var convolutions: Int { get set }
    /// The last layers.
    var reconstruction: ReconstructionKind { get set }
    /// Channels of the last layers.
    var width: Int { get set }
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
        try check(scales: reconstruction.scales, channelsFit: inputChannels == outputChannels)
        try ParameterError.check("width", width, in: 1...1024)
        guard [1, 3].contains(convolutions) else {
            throw ParameterError("convolutions is \(convolutions), it must be 1 or 3")
        }
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
        if convolutions == 3, features < 4 {
            throw ParameterError("features is \(features), it must be at least 4 with 3 convolutions")
        }
    }

    /// Takes over what the names and shapes of a file say of the first and the last layers.
    ///
    /// - Returns: false if there are no such layers.
    mutating func read(_ shapes: TensorShapes) -> Bool {
        guard let first = shapes["conv_first.weight", rank: 4] else { return false }
        (features, inputChannels, outputChannels) = (first[0], first[1], first[1])
        convolutions = shapes.has("conv_after_body.weight") ? 1 : 3
        if let before = shapes["conv_before_upsample.0.weight", rank: 4] {
            width = before[0]
            reconstruction = shapes.has("conv_up1.weight") ? .nearest : .shuffled
            scale = reconstruction == .nearest ? 4 : Shuffle.scale(of: shapes)
        } else if shapes.has("conv_last.weight") {
            (reconstruction, scale) = (.residual, 1)
        } else {
            guard let last = shapes["upsample.0.weight", rank: 4],
                let shuffle = Shuffle(channels: last[0], inputs: first[1])
            else { return false }
            (reconstruction, scale) = (.direct, shuffle.factor)
        }
        return true
    }
}

extension ReconstructionKind {
    /// The scales that it makes.
    var scales: [Int] {
        switch self {
        case .shuffled: [1, 2, 3, 4, 8, 16]
        case .direct: Array(1...16)
        case .nearest: [4]
        case .residual: [1]
        }
    }
}

/// A pixel shuffle as the shape of the convolution before it shows.
struct Shuffle {
    /// How many times larger the result is.
    let factor: Int
    /// Channels of the result: as many as the input has, or else 3, 4 or 1.
    let channels: Int

    /// Nil if the channels are those of no shuffle.
    init?(channels count: Int, inputs: Int) {
        for channels in [inputs, 3, 4, 1] where channels > 0 && count.isMultiple(of: channels) {
            let factor = (1...16).first { $0 * $0 == count / channels }
            guard let factor else { continue }
            (self.factor, self.channels) = (factor, channels)
            return
        }
        return nil
    }

    /// The product of the factors of `upsample.0`, `upsample.2` and so on.
    static func scale(of shapes: TensorShapes) -> Int {
        var scale = 1
        for index in 0..<4 {
            guard let shape = shapes["upsample.\(2 * index).weight", rank: 4] else { break }
            scale *= (2...3).first { shape[0] == $0 * $0 * shape[1] } ?? 1
        }
        return scale
    }
}

/// The convolution at the end of a group of blocks, and of all of them: one, or three with a quarter of the channels
/// between.
enum GroupConvolution {
    /// - Parameter count: 1 or 3.
    static func make(_ count: Int, _ features: Int, random: Random) -> any Layer {
        if count == 1 { return Conv2d(features, features, kernel: 3, padding: 1, random: random) }
        let hidden = features / 4
        return Sequential([
            Conv2d(features, hidden, kernel: 3, padding: 1, random: random), LeakyReLU(0.2),
            Conv2d(hidden, hidden, kernel: 1, random: random), LeakyReLU(0.2),
            Conv2d(hidden, features, kernel: 3, padding: 1, random: random),
        ])
    }
}

extension Tensor {
    /// The mean color of the images that most transformers were trained with, `[1, 3, 1, 1]`; 0 for other channels than
    /// three.
    static func meanColor(channels: Int) -> Tensor {
        channels == 3 ? Tensor([0.4488, 0.4371, 0.4040], shape: [1, 3, 1, 1]) : .zeros([1, 1, 1, 1])
    }

    /// Images of at least a height and a width: what is missing below and to the right mirrors the image, with its
    /// border, as often as needed.
    func mirrored(toHeight height: Int, width: Int) -> Tensor {
        func positions(_ extent: Int, _ wanted: Int) -> [Int] {
            (0..<wanted).map { $0 / extent % 2 == 0 ? $0 % extent : extent - 1 - $0 % extent }
        }
        var x = self
        if height > shape[2] { x = x.gathering(positions(shape[2], height), axis: 2) }
        return width > shape[3] ? x.gathering(positions(shape[3], width), axis: 3) : x
    }
}

extension Int {
    /// The reach of a network whose pixels depend on all pixels of the image: more than any margin of a tile.
    static var wholeImage: Int { 1 << 16 }
}
