import TensorCore

// Products, exact whatever precision is asked for.

extension ReferenceBackend {
    package var hasFastBFloat16: Bool { false }

    package func matrixProduct(
        _ sizes: MatrixProductSizes, _ left: Tensor, _ right: Tensor, shape: Shape, _ precision: Precision
    ) -> Tensor {
        let (a, b) = (left.reference.values, right.reference.values)
        let (rows, columns, inner) = (sizes.rows, sizes.columns, sizes.inner)
        var values = [Double](repeating: 0, count: shape.count)
        for batch in 0..<sizes.batch {
            let (atA, atB) = (
                sizes.isLeftShared ? 0 : batch * rows * inner, sizes.isRightShared ? 0 : batch * inner * columns
            )
            for row in 0..<rows {
                for column in 0..<columns {
                    values[(batch * rows + row) * columns + column] = (0..<inner).reduce(0) { sum, k in
                        let x = a[atA + (sizes.isLeftTransposed ? k * rows + row : row * inner + k)]
                        let y = b[atB + (sizes.isRightTransposed ? column * inner + k : k * columns + column)]
                        return sum + x * y
                    }
                }
            }
        }
        return tensor(ReferenceArray(shape: shape.dimensions, values: values))
    }

    package func convolution(
        _ pass: ConvolutionPass, _ geometry: ConvolutionGeometry, _ first: Tensor, _ second: Tensor, bias: Tensor?,
        _ precision: Precision
    ) -> Tensor {
        let (a, b) = (first.reference.values, second.reference.values)
        let shape = geometry.resultShape(pass)
        let plane = shape[2] * shape[3]
        let offsets = bias?.reference.values
        var values = (0..<shape.count).map { offsets?[$0 / plane % shape[1]] ?? 0 }
        geometry.forEachProduct { input, weight, output in
            switch pass {
            case .forward: values[output] += a[input] * b[weight]
            case .inputGradient: values[input] += a[output] * b[weight]
            case .weightGradient: values[weight] += a[input] * b[output]
            }
        }
        return tensor(ReferenceArray(shape: shape.dimensions, values: values))
    }
}

extension ConvolutionGeometry {
    /// Calls a closure with the row-major places of input, weight and output for every product of the convolution.
    package func forEachProduct(_ body: (_ input: Int, _ weight: Int, _ output: Int) -> Void) {
        let inputsPerGroup = inputChannels / groups
        let outputsPerGroup = outputChannels / groups
        let (outputHeight, outputWidth) = (outputHeight, outputWidth)
        for n in 0..<batch {
            for co in 0..<outputChannels {
                for c in 0..<inputsPerGroup {
                    let ci = co / outputsPerGroup * inputsPerGroup + c
                    for kh in 0..<kernelHeight {
                        for kw in 0..<kernelWidth {
                            let weight = ((co * inputsPerGroup + c) * kernelHeight + kh) * kernelWidth + kw
                            for ho in 0..<outputHeight {
                                let h = ho * strideHeight - padTop + kh * dilationHeight
                                guard h >= 0, h < inputHeight else { continue }
                                for wo in 0..<outputWidth {
                                    let w = wo * strideWidth - padLeft + kw * dilationWidth
                                    guard w >= 0, w < inputWidth else { continue }
                                    body(
                                        ((n * inputChannels + ci) * inputHeight + h) * inputWidth + w, weight,
                                        ((n * outputChannels + co) * outputHeight + ho) * outputWidth + wo)
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
