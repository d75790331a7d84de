import TensorCore

/// How images go through a network of some channels: gray and color images through one of gray or of color, images with
/// alpha through one that takes it.
struct ChannelFit: Sendable {
    /// Channels that the network takes: 1, 3, or 4 with alpha.
    let inputs: Int
    /// Channels that it makes: as many, or 3 of 1.
    let outputs: Int

    /// - Throws: `UpscalingError` for other numbers.
    init(inputs: Int, outputs: Int) throws(UpscalingError) {
        guard [1, 3, 4].contains(inputs), outputs == inputs || (inputs, outputs) == (1, 3) else {
            throw .channels(inputs, outputs)
        }
        (self.inputs, self.outputs) = (inputs, outputs)
    }

    /// Whether the network takes alpha as a channel of its own. Otherwise alpha goes through as a gray image.
    var takesAlpha: Bool { inputs == 4 }

    /// Whether gray images become color.
    var makesColor: Bool { inputs != outputs }

    /// Channels of an image of which all go through together: without alpha, unless the network takes it.
    func joint(_ channels: Int) -> Int { channels.isMultiple(of: 2) && !takesAlpha ? channels - 1 : channels }

    /// The number of images that go through the network for one image.
    func runs(for channels: Int) -> Int {
        let joint = joint(channels)
        return (inputs == 1 && !makesColor ? joint : 1) + channels - joint
    }

    /// Channels of the result for an image.
    func result(of channels: Int) -> Int { makesColor && channels <= 2 ? channels + 2 : channels }

    /// Converts an image `[1, 1 to 4, h, w]` for the network. For one of color, gray becomes three equal channels; for one
    /// of gray, each color becomes a separate image, or, if the network makes color, all become gray. For one with alpha,
    /// an image without is opaque.
    func taken(_ x: Tensor) -> Tensor {
        let channels = x.shape[1]
        if channels == inputs { return x }
        switch inputs {
        case 1: return makesColor ? Self.gray(x) : x.reshaped(to: [channels, 1, x.shape[2], x.shape[3]])
        case 3: return .concatenated([x, x, x], axis: 1)
        default:
            let color = channels < 3 ? Self.planes(x, 0, 1) : x
            let alpha = channels == 2 ? Self.planes(x, 1, 1) : .full([1, 1, x.shape[2], x.shape[3]], 1)
            return .concatenated((channels < 3 ? [color, color, color] : [color]) + [alpha], axis: 1)
        }
    }

    /// Converts the network's result to the channels of the result's image.
    func given(_ y: Tensor, channels wanted: Int) -> Tensor {
        if wanted == outputs { return y }
        if outputs == 1 { return y.reshaped(to: [1, wanted, y.shape[2], y.shape[3]]) }
        switch wanted {
        case 1: return Self.gray(y)
        case 2: return .concatenated([Self.gray(y), Self.planes(y, 3, 1)], axis: 1)
        default: return Self.planes(y, 0, 3)
        }
    }

    private static func planes(_ x: Tensor, _ first: Int, _ count: Int) -> Tensor {
        x.slice(axis: 1, from: first, count: count)
    }

    /// The luma of Rec. 601.
    private static func gray(_ y: Tensor) -> Tensor {
        let area = y.shape[2] * y.shape[3]
        return Tensor(shape: [1, 1, y.shape[2], y.shape[3]]) { buffer in
            y.withValues { values in
                for i in 0..<area {
                    buffer[i] = 0.299 * values[i] + 0.587 * values[area + i] + 0.114 * values[2 * area + i]
                }
            }
        }
    }
}
