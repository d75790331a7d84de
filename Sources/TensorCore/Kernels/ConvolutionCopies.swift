import CKernels

extension ConvolutionKernel {
    /// A call that no method takes as its arrays lie: on copies whose pixels follow each other.
    static func runDensely(_ call: ConvolutionCall) {
        let g = call.geometry
        precondition(
            call.inputPixel != g.inputChannels || call.outputPixel != g.outputChannels,
            "no kernel for a convolution of \(g)")
        var dense = call
        dense.inputPixel = g.inputChannels
        dense.outputPixel = g.outputChannels
        let inputPixels = g.batch * g.inputHeight * g.inputWidth
        let outputPixels = g.batch * g.outputHeight * g.outputWidth
        let input = Storage(count: g.inputCount)
        let output = Storage(count: g.outputCount)
        if call.pass != .inputGradient {
            copy(call.input, call.inputPixel, to: input.pointer, g.inputChannels, inputPixels, g.inputChannels)
        }
        if call.pass != .forward {
            copy(call.output, call.outputPixel, to: output.pointer, g.outputChannels, outputPixels, g.outputChannels)
        }
        dense.input = input.pointer
        dense.output = output.pointer
        dense.epilogue = ConvolutionEpilogue()
        run(dense)
        var epilogue = call.epilogue.description
        withExtendedLifetime((input, output)) {
            switch call.pass {
            case .forward:
                ck_apply_epilogue(
                    &epilogue, output.pointer, Int64(g.outputChannels), call.output, Int64(call.outputPixel),
                    Int64(outputPixels), Int64(g.outputChannels))
            case .inputGradient:
                ck_apply_epilogue(
                    &epilogue, input.pointer, Int64(g.inputChannels), call.input, Int64(call.inputPixel),
                    Int64(inputPixels), Int64(g.inputChannels))
            case .weightGradient: break
            }
        }
    }

    private static func copy(
        _ source: UnsafePointer<Float>, _ sourcePixel: Int, to target: UnsafeMutablePointer<Float>,
        _ targetPixel: Int, _ pixels: Int, _ channels: Int
    ) {
        var nothing = ck_no_epilogue()
        ck_apply_epilogue(
            &nothing, source, Int64(sourcePixel), target, Int64(targetPixel), Int64(pixels), Int64(channels))
    }
}
