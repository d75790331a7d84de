import Cluster
import TensorCore

/// Gradients that travel together.
final class GradientBucket {
    /// Numbers in a bucket of several, and in one sum: enough that waiting for each does not count, few enough that most are
    /// on their way before the last is complete, and that libraries keep the memory for a sum.
    static let usualSize = 1 << 20

    private let division: Division
    /// A gradient that travels alone, in its own memory.
    private var only: Tensor?
    private let numbers: UnsafeMutableBufferPointer<Float>
    private var contents: [(number: Int, shape: Shape, start: Int)] = []
    private var used = 0
    private var sums: [any PendingSum] = []

    /// A bucket with nothing in it.
    init(_ division: Division) {
        self.division = division
        numbers = division.bucketMemory.take(Self.usualSize)
    }

    /// Sends a gradient.
    init(of gradient: consuming Tensor, _ number: Int, _ division: Division) {
        self.division = division
        let (backend, size, shape) = (gradient.backend, gradient.count, gradient.shape)
        if let values = backend.makeWritable(&gradient) {
            (numbers, used) = (values, size)
            contents = [(number, shape, 0)]
            only = gradient
        } else {
            numbers = division.bucketMemory.take(size)
            put(gradient, number)
        }
        send()
    }

    deinit { if only == nil { division.bucketMemory.giveBack(numbers) } }

    /// Whether a gradient is large enough to travel alone.
    static func wouldFill(_ count: Int) -> Bool { count >= usualSize / 2 }

    /// Whether there is enough in it to be sent.
    var isFull: Bool { Self.wouldFill(used) }

    func hasRoom(for count: Int) -> Bool { used + count <= numbers.count }

    func put(_ gradient: Tensor, _ number: Int) {
        gradient.withValues { _ = numbers[used...].update(fromContentsOf: $0) }
        contents.append((number, gradient.shape, used))
        used += gradient.count
    }

    /// Begins the sums. All but the last have equal shares for all ranks.
    func send() {
        let ranks = division.communicator.count
        let part = Self.usualSize / ranks * ranks
        sums = stride(from: 0, to: used, by: part).map { start in
            let numbers = UnsafeMutableBufferPointer(rebasing: numbers[start..<min(start + part, used)])
            return division.communicator.beginSum(of: numbers, times: division.scale, division.sums)
        }
    }

    /// Waits for the sums, and tells each.
    func receive(_ body: (_ number: Int, _ mean: Tensor) -> Void) {
        for sum in sums { sum.finish() }
        for (number, shape, start) in contents {
            body(number, only ?? mean(shape, numbers[start..<start + shape.count]))
        }
    }

    private func mean(_ shape: Shape, _ values: Slice<UnsafeMutableBufferPointer<Float>>) -> Tensor {
        Tensor(shape: shape) { _ = $0.update(fromContentsOf: values) }
    }
}
