import TensorCore

extension Program {
    /// A 3×3 convolution of an image whose pixels were doubled is a transposed 4×4 convolution of stride 2 of the
    /// image itself: under half the arithmetic, and the large image is never stored.
    func withUpsamplingInConvolutions() -> Program {
        rewritten { program, _, instruction in
            guard case .convolution(let convolution) = instruction.action, convolution.isPlainThreeByThree,
                case .upscaling(2) = program[instruction.operands[0]].action
            else { return program.append(instruction) }
            let small = program[instruction.operands[0]].operands[0]
            var result = instruction
            result.action = .convolution(convolution.ofHalvedImage)
            result.operands[0] = small
            return program.append(result)
        }
    }
}

extension PlannedConvolution {
    fileprivate var isPlainThreeByThree: Bool {
        let g = geometry
        return pass == .forward && g.kernelHeight == 3 && g.kernelWidth == 3 && g.strideHeight == 1
            && g.strideWidth == 1 && g.dilationHeight == 1 && g.dilationWidth == 1 && g.groups == 1
            && g.padTop == 1 && g.padLeft == 1 && g.padBottom == 1 && g.padRight == 1
    }

    /// Of the image with half the extents, before its pixels are doubled. A pixel of that image reaches an output
    /// through one or two neighboring taps; their sums are the taps of the transposed kernel, in reverse order.
    fileprivate var ofHalvedImage: PlannedConvolution {
        let g = geometry
        let doubling = AxisMap(
            inputLength: 3, rows: [[(2, 1)], [(1, 1), (2, 1)], [(0, 1), (1, 1)], [(0, 1)]])
        var result = self
        result.pass = .inputGradient
        result.geometry = ConvolutionGeometry(
            batch: g.batch, inputChannels: g.outputChannels, inputHeight: g.inputHeight, inputWidth: g.inputWidth,
            outputChannels: g.inputChannels, kernelHeight: 4, kernelWidth: 4, strideHeight: 2, strideWidth: 2,
            padTop: 1, padLeft: 1, padBottom: 1, padRight: 1)
        result.weight = weight.mapped(doubling, axis: 2).mapped(doubling, axis: 3).permuted([1, 0, 2, 3])
        return result
    }
}
