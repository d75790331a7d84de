import TensorCore

/// Two-dimensional convolution, `[N, in, H, W] → [N, out, H', W']` with
/// H' = (H + 2·padding − dilation·(kernel − 1) − 1) / stride + 1, rounded down.
///
/// `weight` is `[out, in / groups, kernel, kernel]`, `bias` is `[out]`. By default both start uniform in
/// ±1/√(in / groups · kernel²).
///
///     let halve = Conv2d(64, 128, kernel: 4, stride: 2, padding: 1, bias: false, random: random)
public final class Conv2d: Layer {
    /// `[out, in / groups, kernel, kernel]`.
    public let weight: Parameter
    /// `[out]`; nil without bias.
    public let bias: Parameter?
    let weightU: StateTensor?
    let weightV: StateTensor?
    private let geometry: ConvolutionParameters

    /// - Parameters:
    ///   - inputs: the number of input channels.
    ///   - outputs: the number of output channels.
    ///   - kernel: the side of the kernel.
    ///   - stride: the distance between neighboring positions of the kernel.
    ///   - padding: zeros added on every side; where images repeat, pixels from the opposite side.
    ///   - dilation: the distance between neighboring taps of the kernel.
    ///   - groups: the number of groups of channels that are convolved separately.
    ///   - bias: whether a bias is added.
    ///   - initializer: makes the initial weights.
    ///   - spectralNorm: divide the weight by its largest singular value (Miyato et al. 2018).
    ///   - random: the source of random numbers.
    public init(
        _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
        groups: Int = 1, bias: Bool = true, initializer: Initializer = .pytorchDefault, spectralNorm: Bool = false,
        random: Random
    ) {
        precondition(
            inputs % groups == 0 && outputs % groups == 0, "Conv2d: \(inputs) → \(outputs) in \(groups) groups")
        weight = Parameter(initializer([outputs, inputs / groups, kernel, kernel], random: random))
        self.bias = bias ? Parameter(initializer.bias(outputs, weight: weight.shape, random: random)) : nil
        let vectors = spectralNorm ? SpectralNorm.vectors(for: weight.value, random: random) : nil
        weightU = vectors?.u
        weightV = vectors?.v
        geometry = ConvolutionParameters(stride: stride, padding: padding, dilation: dilation, groups: groups)
    }

    /// `[N, in, H, W] → [N, out, H', W']`.
    public func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        var weight = weight.value(in: mode)
        if let weightU, let weightV { weight = SpectralNorm.apply(weight, u: weightU, v: weightV, mode) }
        return x.convolved(
            with: weight, bias: bias?.value(in: mode), geometry, wrapping: mode.wrapping, precision: mode.precision)
    }
}

/// Transposed convolution, `[N, in, H, W] → [N, out, H', W']` with
/// H' = (H − 1)·stride − 2·padding + dilation·(kernel − 1) + 1 + outputPadding.
///
/// `weight` is `[in, out / groups, kernel, kernel]`, `bias` is `[out]`. By default both start uniform in
/// ±1/√(out / groups · kernel²), as in PyTorch.
///
///     let double = ConvTranspose2d(128, 64, kernel: 4, stride: 2, padding: 1, bias: false, random: random)
public final class ConvTranspose2d: Layer {
    /// `[in, out / groups, kernel, kernel]`.
    public let weight: Parameter
    /// `[out]`; nil without bias.
    public let bias: Parameter?
    let weightU: StateTensor?
    let weightV: StateTensor?
    private let geometry: ConvolutionParameters
    private let outputPadding: Int

    /// - Parameters:
    ///   - inputs: the number of input channels.
    ///   - outputs: the number of output channels.
    ///   - kernel: the side of the kernel.
    ///   - stride: the distance between neighboring positions of the kernel.
    ///   - padding: pixels removed on every side of the result.
    ///   - outputPadding: pixels added at the bottom and the right, fewer than `stride` or `dilation`.
    ///   - dilation: the distance between neighboring taps of the kernel.
    ///   - groups: the number of groups of channels that are convolved separately.
    ///   - bias: whether a bias is added.
    ///   - initializer: makes the initial weights.
    ///   - spectralNorm: divide the weight by its largest singular value (Miyato et al. 2018).
    ///   - random: the source of random numbers.
    public init(
        _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0, outputPadding: Int = 0,
        dilation: Int = 1, groups: Int = 1, bias: Bool = true, initializer: Initializer = .pytorchDefault,
        spectralNorm: Bool = false, random: Random
    ) {
        precondition(
            inputs % groups == 0 && outputs % groups == 0,
            "ConvTranspose2d: \(inputs) → \(outputs) in \(groups) groups")
        weight = Parameter(initializer([inputs, outputs / groups, kernel, kernel], random: random))
        self.bias = bias ? Parameter(initializer.bias(outputs, weight: weight.shape, random: random)) : nil
        let vectors = spectralNorm ? SpectralNorm.vectors(for: weight.value, outputAxis: 1, random: random) : nil
        weightU = vectors?.u
        weightV = vectors?.v
        geometry = ConvolutionParameters(stride: stride, padding: padding, dilation: dilation, groups: groups)
        self.outputPadding = outputPadding
    }

    /// `[N, in, H, W] → [N, out, H', W']`.
    public func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        var weight = weight.value(in: mode)
        if let weightU, let weightV {
            weight = SpectralNorm.apply(weight, u: weightU, v: weightV, outputAxis: 1, mode)
        }
        return x.transposedConvolved(
            with: weight, bias: bias?.value(in: mode), geometry, outputPadding: outputPadding,
            wrapping: mode.wrapping, precision: mode.precision)
    }
}
