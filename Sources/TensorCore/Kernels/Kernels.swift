import CKernels

/// The numeric seam of the engine: plain functions from tensors to tensors, without any record. Everything above this
/// folder is independent of how values lie in memory and of what computes them.
package enum Kernels {}

/// Sets how many threads compute; by default as many as there are cores to use.
public func setComputeThreads(_ count: Int) { ck_set_threads(Int32(clamping: count)) }

/// How many threads compute.
public var computeThreads: Int { Int(ck_threads()) }

extension Tensor {
    package var pointer: UnsafePointer<Float> { UnsafePointer(storage.pointer) }
    package var layout: Layout { storage.layout }

    /// Element strides in the logical order of axes.
    package var strides: [Int] {
        guard layout == .channelsLast else { return shape.strides }
        let (c, h, w) = (shape[1], shape[2], shape[3])
        return [h * w * c, 1, w * c, c]
    }
}

extension Layout {
    /// The order in which the axes of a tensor of this layout lie, outermost first.
    package func axes(rank: Int) -> [Int] { self == .channelsLast ? [0, 2, 3, 1] : Array(0..<rank) }

    /// Which logical axis lies at a place of that order.
    func axis(at position: Int) -> Int {
        if self == .plain || position == 0 { return position }
        return position == 3 ? 1 : position + 1
    }

    /// At which place of that order a logical axis lies.
    func position(of axis: Int) -> Int {
        if self == .plain || axis == 0 { return axis }
        return axis == 1 ? 3 : axis - 1
    }
}

extension Array where Element == Int {
    package var wide: [Int64] { map(Int64.init) }
}

extension Kernels {
    /// The same values in row-major order.
    package static func plain(_ x: Tensor) -> Tensor { x.layout == .plain ? x : reordered(x, to: .plain) }

    /// The same values of a four-dimensional tensor with the channels running fastest.
    package static func channelsLast(_ x: Tensor) -> Tensor {
        x.layout == .channelsLast ? x : reordered(x, to: .channelsLast)
    }

    package static func arranged(_ x: Tensor, _ layout: Layout) -> Tensor {
        layout == .plain ? plain(x) : channelsLast(x)
    }

    private static func reordered(_ x: Tensor, to layout: Layout) -> Tensor {
        precondition(x.rank == 4, "channels-last needs four axes, not \(x.shape)")
        if let trace = Trace.of(x) { return trace.arrange(x, layout) }
        let target = Storage(count: x.count, layout: layout)
        let order = layout.axes(rank: 4)
        let strides = x.strides
        withExtendedLifetime(x.storage) {
            ck_copy_strided(
                4, order.map { x.shape[$0] }.wide, x.pointer, order.map { strides[$0] }.wide, target.pointer)
        }
        return Tensor(shape: x.shape, storage: target)
    }

    package static func fill(_ shape: Shape, _ value: Float) -> Tensor {
        let storage = Storage(count: shape.count)
        ck_fill(storage.pointer, Int64(storage.count), value)
        return Tensor(shape: shape, storage: storage)
    }
}
