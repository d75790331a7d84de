/// Which partial application of the trilinear form of input, weight and output is computed.
package enum ConvolutionPass: Sendable, Hashable, CaseIterable {
    /// Computes the output from input and weight.
    case forward
    /// Computes the gradient at the input from output and weight; this is also the transposed convolution of the
    /// output.
    case inputGradient
    /// Computes the gradient at the weight from input and output.
    case weightGradient
}

/// The sizes of one two-dimensional convolution.
///
/// The transposed convolution is the input gradient of the convolution with the same geometry, so the geometry of that
/// convolution describes it, with input and output swapped.
package struct ConvolutionGeometry: Hashable, Sendable {
    package var batch: Int
    package var inputChannels: Int
    package var inputHeight: Int
    package var inputWidth: Int
    package var outputChannels: Int
    package var kernelHeight: Int
    package var kernelWidth: Int
    package var strideHeight: Int
    package var strideWidth: Int
    package var padTop: Int
    package var padLeft: Int
    package var padBottom: Int
    package var padRight: Int
    /// Distance between neighboring taps: 1 is an ordinary convolution.
    package var dilationHeight: Int
    package var dilationWidth: Int
    package var groups: Int

    package init(
        batch: Int, inputChannels: Int, inputHeight: Int, inputWidth: Int,
        outputChannels: Int, kernelHeight: Int, kernelWidth: Int,
        strideHeight: Int = 1, strideWidth: Int = 1,
        padTop: Int = 0, padLeft: Int = 0, padBottom: Int = 0, padRight: Int = 0,
        dilationHeight: Int = 1, dilationWidth: Int = 1, groups: Int = 1
    ) {
        self.batch = batch
        self.inputChannels = inputChannels
        self.inputHeight = inputHeight
        self.inputWidth = inputWidth
        self.outputChannels = outputChannels
        self.kernelHeight = kernelHeight
        self.kernelWidth = kernelWidth
        self.strideHeight = strideHeight
        self.strideWidth = strideWidth
        self.padTop = padTop
        self.padLeft = padLeft
        self.padBottom = padBottom
        self.padRight = padRight
        self.dilationHeight = dilationHeight
        self.dilationWidth = dilationWidth
        self.groups = groups
    }

    package var outputHeight: Int {
        (inputHeight + padTop + padBottom - dilationHeight * (kernelHeight - 1) - 1) / strideHeight + 1
    }

    package var outputWidth: Int {
        (inputWidth + padLeft + padRight - dilationWidth * (kernelWidth - 1) - 1) / strideWidth + 1
    }

    package var inputCount: Int { batch * inputChannels * inputHeight * inputWidth }
    package var outputCount: Int { batch * outputChannels * outputHeight * outputWidth }
    /// Elements of the weight `[outputChannels, inputChannels / groups, kernelHeight, kernelWidth]`.
    package var weightCount: Int { outputChannels * (inputChannels / groups) * kernelHeight * kernelWidth }

    /// Whether the numbers describe a convolution: all sizes positive, channels divisible by the groups, and the
    /// dilated kernel no larger than the padded input.
    package var isValid: Bool {
        batch > 0 && inputChannels > 0 && inputHeight > 0 && inputWidth > 0 && outputChannels > 0
            && kernelHeight > 0 && kernelWidth > 0 && strideHeight > 0 && strideWidth > 0
            && padTop >= 0 && padLeft >= 0 && padBottom >= 0 && padRight >= 0
            && dilationHeight > 0 && dilationWidth > 0 && groups > 0
            && inputChannels % groups == 0 && outputChannels % groups == 0
            && dilationHeight * (kernelHeight - 1) < inputHeight + padTop + padBottom
            && dilationWidth * (kernelWidth - 1) < inputWidth + padLeft + padRight
    }

    /// The shape of a pass's result.
    package func resultShape(_ pass: ConvolutionPass) -> Shape {
        switch pass {
        case .forward: [batch, outputChannels, outputHeight, outputWidth]
        case .inputGradient: [batch, inputChannels, inputHeight, inputWidth]
        case .weightGradient: [outputChannels, inputChannels / groups, kernelHeight, kernelWidth]
        }
    }
}
