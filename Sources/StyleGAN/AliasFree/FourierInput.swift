import Foundation
import Layers
import TensorCore

/// StyleGAN3's input: plane waves whose frequencies and phases lie in the file, turned and moved as the style says, and
/// mixed by a matrix. `[N, styleSize] → [N, C, size, size]`.
package final class FourierInput: Module {
    /// `[C, C]`.
    let weight: Parameter
    let affine: FullyConnected
    /// A transform of the plane in homogeneous coordinates, `[3, 3]`, applied before the style's.
    let transform: StateTensor
    /// `[C, 2]`, in cycles per image.
    let freqs: StateTensor
    /// `[C]`, in cycles.
    let phases: StateTensor
    private let size: Int
    private let rate: Int
    private let bandwidth: Double

    init(styleSize: Int, _ level: AliasFreeParameters.Level, random: Random) {
        (size, rate, bandwidth) = (level.size, level.rate, level.cutoff)
        weight = Parameter(Initializer.normal(1)([level.channels, level.channels], random: random))
        affine = FullyConnected(styleSize, 4, random: random)
        transform = StateTensor(Tensor([1, 0, 0, 0, 1, 0, 0, 0, 1], shape: [3, 3]))
        freqs = StateTensor(random.normal([level.channels, 2], deviation: Float(level.cutoff) / 2))
        phases = StateTensor(random.uniform([level.channels], in: -0.5..<0.5))
    }

    /// `[N, styleSize] → [N, C, size, size]`.
    func callAsFunction(_ style: Tensor, _ mode: ForwardMode) -> Tensor {
        let count = style.shape[0]
        let channels = freqs.shape[0]
        let plane = transform(of: affine(style, mode))
        let frequencies = freqs.value.matrixProduct(plane.slice(axis: 2, from: 0, count: 2))
        let shifts = freqs.value.matrixProduct(plane.slice(axis: 2, from: 2, count: 1))
            .reshaped(to: [count, channels])
        let lengths = frequencies.squared().sum(axes: [2]).squareRoot()
        // Waves that the sampling cannot hold fade out.
        let room = Double(rate) / 2 - bandwidth
        let amplitudes = lengths.scaled(by: Float(-1 / room), plus: Float(1 + bandwidth / room)).clamped(to: 0...1)
        let angles =
            places.matrixProduct(frequencies, transposingOther: true)
            + (phases.value + shifts).reshaped(to: [count, 1, channels])
        let waves = angles.scaled(by: 2 * .pi).sin() * amplitudes.reshaped(to: [count, 1, channels])
        let mixed = waves.matrixProduct(
            weight.value(in: mode).scaled(by: 1 / Float(channels).squareRoot()), transposingOther: true)
        return mixed.transposed().reshaped(to: [count, channels, size, size])
    }

    /// The first two rows of a turn after a shift after ``transform``, `[N, 2, 3]`, of `(cosine, sine, x, y)` `[N, 4]`,
    /// which is divided by the length of the first two.
    private func transform(of numbers: Tensor) -> Tensor {
        let length = numbers.slice(axis: 1, from: 0, count: 2).squared().sum(axes: [1], keepingAxes: true)
        let scaled = numbers / length.squareRoot()
        let (c, s) = (scaled.slice(axis: 1, from: 0, count: 1), scaled.slice(axis: 1, from: 1, count: 1))
        let (x, y) = (scaled.slice(axis: 1, from: 2, count: 1), scaled.slice(axis: 1, from: 3, count: 1))
        let rows = Tensor.concatenated([c, -s, s * y - c * x, s, c, -(s * x) - c * y], axis: 1)
        return rows.reshaped(to: [numbers.shape[0], 2, 3]).matrixProduct(transform.value)
    }

    /// The centers of the pixels, `[size · size, 2]`, in images from the middle.
    private var places: Tensor {
        Tensor(shape: [size * size, 2]) { buffer in
            for index in 0..<size * size {
                for (axis, pixel) in [index % size, index / size].enumerated() {
                    buffer[2 * index + axis] = Float((Double(pixel) + 0.5 - Double(size) / 2) / Double(rate))
                }
            }
        }
    }
}
