import CPUBackend
import TensorCore

// Elementwise operations, reductions and rearrangements, as instructions if a pass can use them.

extension TracingBackend {
    func unary(_ operation: UnaryOperation, _ x: Tensor) -> Tensor {
        emit(.unary(operation), [x], x.shape, x.plannedLayout)
    }

    func activate(_ x: Tensor, _ activation: Activation) -> Tensor {
        let layout = x.plannedLayout
        switch activation {
        case .none: return x
        case .relu, .leakyReLU, .tanh, .sigmoid, .silu, .mish, .gelu:
            return emit(.pointwise(Epilogue(activation: activation)), [x], x.shape, layout)
        case .prelu(let weights):
            guard x.rank == 2 || layout == .ofConvolutions, weights.traced == nil else {
                return kernel("prelu", [x, weights], x.shape, layout, as: .prelu) {
                    $0.activate($1[0], .prelu(weights: $1[1]))
                }
            }
            let constant = Activation.prelu(weights: weights.detached)
            return emit(.pointwise(Epilogue(activation: constant)), [x], x.shape, layout)
        }
    }

    func binary(_ operation: BinaryOperation, _ x: Tensor, _ y: Tensor) -> Tensor {
        guard let shape = x.shape.broadcast(with: y.shape) else {
            preconditionFailure("shapes \(x.shape) and \(y.shape) do not fit together")
        }
        let layout = Layout.ofResult(shape, of: (x.shape, x.plannedLayout), (y.shape, y.plannedLayout))
        let x = x.shape == shape ? arranged(x, layout) : x
        let y = y.shape == shape ? arranged(y, layout) : y
        return emit(.binary(operation), [x, y], shape, layout)
    }

    func select(_ condition: Tensor, _ x: Tensor, _ y: Tensor) -> Tensor {
        let layout = x.plannedLayout
        let operands = [arranged(condition, layout), x, arranged(y, layout)]
        return kernel("selection", operands, x.shape, layout, as: .selection) { $0.select($1[0], $1[1], $1[2]) }
    }

    func broadcast(_ x: Tensor, to shape: Shape) -> Tensor {
        if x.shape == shape { return x }
        return kernel("broadcast", [x], shape, as: .broadcast) { $0.broadcast($1[0], to: shape) }
    }

    func weightedSum(_ x: Tensor, scaledBy scale: Float, _ y: Tensor) -> Tensor {
        let operands = [x, arranged(y, x.plannedLayout)]
        return kernel("weighted sum", operands, x.shape, x.plannedLayout, as: .weightedSum(scale)) {
            $0.weightedSum($1[0], scaledBy: scale, $1[1])
        }
    }

    func reduce(_ kind: ReductionKind, _ x: Tensor, axes: [Int]) -> Tensor {
        let shape = axes.reduce(x.shape) { $0.replacing($1, with: 1) }
        let layout = x.plannedLayout.ofReduced(shape)
        return kernel("reduction", [x], shape, layout, as: .reduction(kind, axes)) {
            $0.reduce(kind, $1[0], axes: axes)
        }
    }

    func softmax(_ x: Tensor, logarithm: Bool) -> Tensor {
        kernel("softmax", [rowMajor(x)], x.shape, as: .softmax(logarithm: logarithm)) {
            $0.softmax($1[0], logarithm: logarithm)
        }
    }

    func reshape(_ x: Tensor, to shape: Shape) -> Tensor {
        precondition(x.count == shape.count, "reshape: \(x.shape) to \(shape)")
        return emit(.view, [rowMajor(x)], shape, .rowMajor)
    }

    func permute(_ x: Tensor, _ order: [Int]) -> Tensor {
        kernel("permutation", [x], Shape(order.map { x.shape[$0] }), as: .permutation(order)) {
            $0.permute($1[0], order)
        }
    }

    func apply(_ map: AxisMap, to x: Tensor, axis: Int) -> Tensor {
        precondition(x.shape[axis] == map.inputLength, "axis map of \(map.inputLength) on \(x.shape), axis \(axis)")
        let shape = x.shape.replacing(axis, with: map.outputLength)
        return emit(.axisMap(map, axis: axis), [x], shape, x.plannedLayout)
    }

    func repeated(_ x: Tensor, _ margins: Margins) -> Tensor {
        kernel("repeated borders", [x], margins.shape(around: x.shape), x.plannedLayout, as: .repeated(margins)) {
            $0.repeated($1[0], margins)
        }
    }

    func concatenate(_ parts: [Tensor], axis: Int) -> Tensor {
        let layout = parts[0].plannedLayout
        let parts = parts.map { arranged($0, layout) }
        let shape = parts[0].shape.replacing(axis, with: parts.reduce(0) { $0 + $1.shape[axis] })
        if axis == 1 && (shape.rank == 2 || layout == .ofConvolutions) {
            return emit(.concatenation, parts, shape, layout)
        }
        return kernel("concatenation", parts, shape, layout, as: .concatenation(axis: axis)) {
            $0.concatenate($1, axis: axis)
        }
    }

    func pixelShuffle(_ x: Tensor, by factor: Int) -> Tensor {
        let (n, c, h, w) = (x.shape[0], x.shape[1] / (factor * factor), x.shape[2], x.shape[3])
        let operands = [arranged(x, .ofConvolutions)]
        return emit(.pixelShuffle(factor), operands, [n, c, h * factor, w * factor], .ofConvolutions)
    }

    func pixelUnshuffle(_ x: Tensor, by factor: Int) -> Tensor {
        let (n, c, h, w) = (x.shape[0], x.shape[1] * factor * factor, x.shape[2] / factor, x.shape[3] / factor)
        let operands = [arranged(x, .ofConvolutions)]
        return kernel("pixel unshuffle", operands, [n, c, h, w], .ofConvolutions, as: .pixelUnshuffle(factor)) {
            $0.pixelUnshuffle($1[0], by: factor)
        }
    }

    func stack(_ strips: [RowStrip], from first: Int, height: Int) -> Tensor {
        let layout = strips[0].image.plannedLayout
        let images = strips.map { arranged($0.image, layout) }
        let ranges = strips.map(\.range)
        return kernel("rows stacked", images, images[0].shape.replacing(2, with: height), layout) {
            $0.stack(zip($1, ranges).map { RowStrip($0, $1) }, from: first, height: height)
        }
    }

    func gatherRows(_ x: Tensor, _ list: IndexList) -> Tensor {
        let shape = x.shape.replacing(0, with: list.indices.count)
        return kernel("rows", [rowMajor(x)], shape, as: .rows(list)) { $0.gatherRows($1[0], list) }
    }

    /// The indices are not known yet; they are read when the plan runs.
    func gatherRows(_ x: Tensor, at positions: Tensor) -> Tensor {
        kernel("rows", [x, positions], x.shape.replacing(0, with: positions.count), as: .rowsAtPositions) {
            $0.gatherRows($1[0], at: $1[1])
        }
    }

    func ascendingPositions(_ x: Tensor) -> Tensor {
        kernel("order", [rowMajor(x)], x.shape, as: .order) { $0.ascendingPositions($1[0]) }
    }

    /// The positions of the values are not known yet.
    func maxPool(_ x: Tensor, window: Int, stride: Int, padding: Int) -> (values: Tensor, positions: IndexList) {
        func extent(_ length: Int) -> Int { (length + 2 * padding - window) / stride + 1 }
        let shape: Shape = [x.shape[0], x.shape[1], extent(x.shape[2]), extent(x.shape[3])]
        let form = KernelForm.largest(window: window, stride: stride, padding: padding)
        let values = kernel("maximum of windows", [rowMajor(x)], shape, as: form) {
            $0.maxPool($1[0], window: window, stride: stride, padding: padding).values
        }
        return (values, IndexList([]))
    }
}
