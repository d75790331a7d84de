import TensorCore

/// Pixels in memory with adjacent channels: an array in the layout of convolutions, or some channels of a wider array.
/// The caller must keep the memory alive while it is used.
package struct PixelArray {
    package var pointer: UnsafeMutablePointer<Float>
    /// Floats from one pixel to the next.
    package var pixel: Int

    package init(_ pointer: UnsafeMutablePointer<Float>, pixel: Int) {
        self.pointer = pointer
        self.pixel = pixel
    }

    /// Pixels of a block, from an offset on.
    ///
    /// - Throws: `OutOfMemory` if the block has no values.
    package init(_ block: CPUStorage, from offset: Int = 0, pixel: Int) throws {
        self.init(try block.pointer + offset, pixel: pixel)
    }

    /// The same pixels from some of their channels on.
    package func from(channel: Int) -> PixelArray { PixelArray(pointer + channel, pixel: pixel) }
}

extension CPUBackend {
    /// The values of an array with consecutive pixels, as a tensor that borrows the memory.
    package func borrowed(_ array: PixelArray, _ shape: Shape, _ layout: Layout) -> Tensor {
        Tensor(
            shape: shape,
            storage: CPUStorage(borrowing: array.pointer, count: shape.count, layout: layout, backend: self))
    }

    /// A tensor with its own memory; copies borrowed memory.
    package func owned(_ x: Tensor) -> Tensor {
        guard x.block.isBorrowed else { return x }
        return computed(x.shape, x.layout) {
            let copy = try block(x.count, x.layout)
            try copy.pointer.update(from: x.pointer, count: x.count)
            return Tensor(shape: x.shape, storage: copy)
        }
    }
}
