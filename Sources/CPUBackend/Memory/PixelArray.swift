import TensorCore

/// Pixels in memory, their channels side by side: an array of the layout that convolutions want, or some of the
/// channels of a wider one. Whoever makes it keeps the memory alive for as long as it is used.
package struct PixelArray {
    package var pointer: UnsafeMutablePointer<Float>
    /// Floats from one pixel to the next.
    package var pixel: Int

    package init(_ pointer: UnsafeMutablePointer<Float>, pixel: Int) {
        self.pointer = pointer
        self.pixel = pixel
    }

    /// Pixels of a block, the first of which starts at a place in it.
    package init(_ block: CPUStorage, from offset: Int = 0, pixel: Int) {
        self.init(block.pointer + offset, pixel: pixel)
    }

    /// The same pixels from some of their channels on.
    package func from(channel: Int) -> PixelArray { PixelArray(pointer + channel, pixel: pixel) }
}

extension CPUBackend {
    /// The values of an array whose pixels follow each other, as a tensor that has no memory of its own.
    package func borrowed(_ array: PixelArray, _ shape: Shape, _ layout: Layout) -> Tensor {
        Tensor(
            shape: shape,
            storage: CPUStorage(borrowing: array.pointer, count: shape.count, layout: layout, backend: self))
    }

    /// A tensor with memory of its own: a copy, where it is borrowed.
    package func owned(_ x: Tensor) -> Tensor {
        guard x.block.isBorrowed else { return x }
        let copy = block(x.count, x.layout)
        copy.pointer.update(from: x.pointer, count: x.count)
        return Tensor(shape: x.shape, storage: copy)
    }
}
