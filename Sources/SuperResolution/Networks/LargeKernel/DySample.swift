import Layers
import TensorCore

/// DySample (Liu et al. 2023, "Learning to upsample by learning to sample"): an enlargement that reads every pixel of
/// the result from a learned place near its own. Groups of channels have places of their own.
///
/// `[N, inputs, H, W] → [N, outputs, H·scale, W·scale]`. Places are in pixels of the input; beyond the border they are
/// those of the border, and where images repeat, those of the opposite side.
final class DySample: Layer {
    let endConv: Conv2d?
    let offset: Conv2d
    let scope: Conv2d
    let initPos: StateTensor
    private let scale: Int
    private let groups: Int
    private let channels: Int

    /// - Parameters:
    ///   - outputs: channels of the result; nil for those of the input, without the last convolution.
    ///   - groups: must divide the channels of the input.
    init(_ inputs: Int, outputs: Int?, scale: Int, groups: Int = 4, random: Random) {
        precondition(inputs % groups == 0, "DySample: \(inputs) channels in \(groups) groups")
        (self.scale, self.groups, channels) = (scale, groups, inputs)
        let places = 2 * groups * scale * scale
        endConv = outputs.map { Conv2d(inputs, $0, kernel: 1, random: random) }
        offset = Conv2d(inputs, places, kernel: 1, initializer: .normal(0.02), random: random)
        scope = Conv2d(inputs, places, kernel: 1, bias: false, initializer: .zeros, random: random)
        initPos = StateTensor(Self.centers(scale: scale, groups: groups))
    }

    /// The places of the pixels themselves, relative to the pixel of the input that they are in: first the columns of
    /// all groups, then their rows.
    private static func centers(scale: Int, groups: Int) -> Tensor {
        let steps = (0..<scale).map { (Float($0) - Float(scale - 1) / 2) / Float(scale) }
        let columns = steps.flatMap { _ in steps }
        let rows = steps.flatMap { step in steps.map { _ in step } }
        let all = [columns, rows].flatMap { places in (0..<groups).flatMap { _ in places } }
        return Tensor(all, shape: [1, all.count, 1, 1])
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let moved = (offset(x, mode) * scope(x, mode).sigmoid()).scaled(by: 0.5) + initPos.value
        let half = groups * scale * scale
        let columns = places(moved.slice(axis: 1, from: 0, count: half), axis: 3)
        let rows = places(moved.slice(axis: 1, from: half, count: half), axis: 2)
        let (values, width) = mixed(x, mode)
        let sampled = values.sampled(
            groups: groups, channels: width, rows: rows, columns: columns, wrapping: mode.wrapping)
        guard let endConv else { return sampled }
        // The groups' parts of the last convolution were taken at low resolution.
        let parts = sampled.reshaped(to: [x.shape[0], groups, width, rows.shape[2], rows.shape[3]])
            .sum(axes: [1])
        guard let bias = endConv.bias?.value(in: mode) else { return parts }
        return parts + bias.reshaped(to: [1, bias.count, 1, 1])
    }

    /// Positions in the image, `[N, groups, H·scale, W·scale]`, from those relative to pixels.
    private func places(_ moved: Tensor, axis: Int) -> Tensor {
        let length = moved.shape[axis]
        let shape: Shape = axis == 2 ? [1, 1, length, 1] : [1, 1, 1, length]
        return (moved + Tensor((0..<length).map { Float($0) }, shape: shape)).pixelShuffled(by: scale)
    }

    /// What is sampled, and its channels in each group. A weighted sum of sampled values is the sample of weighted sums,
    /// so the last convolution comes first, where there are fewer pixels.
    private func mixed(_ x: Tensor, _ mode: ForwardMode) -> (values: Tensor, width: Int) {
        guard let endConv else { return (x, channels / groups) }
        let weight = endConv.weight.value(in: mode)
        let outputs = weight.shape[0]
        let grouped = weight.reshaped(to: [outputs, groups, channels / groups]).permuted([1, 0, 2])
            .reshaped(to: [groups * outputs, channels / groups, 1, 1])
        return (x.convolved(with: grouped, ConvolutionParameters(groups: groups), precision: mode.precision), outputs)
    }
}

extension Tensor {
    /// Bilinear samples of images `[N, groups · channels, H, W]` at places `[N, groups, h, w]` in pixels, the center of
    /// the first pixel being 0: `[N, groups · channels, h, w]`. Gradients flow to the images and to the places.
    fileprivate func sampled(
        groups: Int, channels: Int, rows: Tensor, columns: Tensor, wrapping: Wrapping
    ) -> Tensor {
        let (count, height, width) = (shape[0], shape[2], shape[3])
        let vertical = SampledAxis(rows, length: height, wraps: wrapping.joinsRows)
        let horizontal = SampledAxis(columns, length: width, wraps: wrapping.joinsColumns)
        let places = rows.shape[2] * rows.shape[3]
        let pixels = reshaped(to: [count * groups, channels, height * width]).permuted([0, 2, 1])
        let parts = (0..<count * groups).map { index in
            let image = pixels.slice(axis: 0, from: index, count: 1).reshaped(to: [height * width, channels])
            func own(_ x: Tensor) -> Tensor {
                x.reshaped(to: [count * groups, places]).slice(axis: 0, from: index, count: 1).reshaped(to: [places])
            }
            func corner(_ row: SampledAxis.Side, _ column: SampledAxis.Side) -> Tensor {
                let position = own(row.position).scaled(by: Float(width)) + own(column.position)
                let share = (own(row.share) * own(column.share)).reshaped(to: [places, 1])
                return image.gatheringRows(at: position) * share
            }
            let upper = corner(vertical.before, horizontal.before) + corner(vertical.before, horizontal.after)
            return upper + corner(vertical.after, horizontal.before) + corner(vertical.after, horizontal.after)
        }
        return Tensor.stacked(parts).permuted([0, 2, 1])
            .reshaped(to: [count, groups * channels, rows.shape[2], rows.shape[3]])
    }
}

/// The two positions along an axis between which places lie, and their shares.
private struct SampledAxis {
    struct Side {
        /// Whole numbers.
        let position: Tensor
        let share: Tensor
    }

    let before: Side
    let after: Side

    init(_ places: Tensor, length: Int, wraps: Bool) {
        let last = Float(length - 1)
        let inside = wraps ? places : places.clamped(to: 0...last)
        // At a whole number, the lower position may be the number before, whose share is 0.
        let lower = (inside.detached - 0.5).rounded()
        let share = inside - lower
        func taken(_ position: Tensor) -> Tensor {
            guard wraps else { return position.clamped(to: 0...last).detached }
            let turns = (position.scaled(by: 1 / Float(length)) - 0.5 + 0.5 / Float(length)).rounded()
            return position - turns.scaled(by: Float(length))
        }
        before = Side(position: taken(lower), share: 1 - share)
        after = Side(position: taken(lower + 1), share: share)
    }
}
