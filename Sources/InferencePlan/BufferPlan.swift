/// Buffers in one block of memory: buffers that are never needed at the same time share memory.
struct BufferPlan: Sendable {
    /// For every value: where its buffer starts, in floats; nil for values that have none of their own.
    private(set) var offsets: [Int?]
    /// Floats in all.
    private(set) var count = 0

    private struct Buffer {
        var root: Int
        var size: Int
        /// The instructions between which it is needed, both included.
        var lifetime: ClosedRange<Int>
        var offset = 0
    }

    /// Decides which elementwise results overwrite their operands, so it may change `placement`.
    init(_ program: Program, _ places: inout [Placement.Place]) {
        let roots = places.map(\.root)
        var lastUse = [Int](repeating: -1, count: places.count)
        for (index, instruction) in program.instructions.enumerated() {
            lastUse[roots[index]] = max(lastUse[roots[index]], index)
            for operand in instruction.operands { lastUse[roots[operand]] = index }
        }
        let outputRoot = roots[program.output]
        lastUse[outputRoot] = places.count

        var merged = Array(places.indices)
        for (index, instruction) in program.instructions.enumerated() {
            guard case .pointwise = instruction.action, roots[index] == index, index != outputRoot else { continue }
            let source = instruction.operands[0]
            let root = merged[roots[source]]
            guard program[root].ownsBuffer, lastUse[root] == index, roots[source] == source,
                program[root].shape.count == instruction.shape.count
            else { continue }
            merged[index] = root
            lastUse[root] = lastUse[index]
        }
        for index in places.indices { places[index].root = merged[places[index].root] }

        var buffers: [Buffer] = []
        var positions: [Int: Int] = [:]
        for index in places.indices {
            let root = places[index].root
            guard program[root].ownsBuffer, root != outputRoot else { continue }
            if positions[root] == nil {
                positions[root] = buffers.count
                let size = (program[root].shape.count + 15) / 16 * 16
                buffers.append(Buffer(root: root, size: size, lifetime: index...lastUse[root]))
            }
        }
        offsets = [Int?](repeating: nil, count: places.count)
        for buffer in Self.packed(buffers) {
            offsets[buffer.root] = buffer.offset
            count = max(count, buffer.offset + buffer.size)
        }
    }

    /// Places the largest buffers first, each at the lowest offset that is free during its lifetime.
    private static func packed(_ buffers: [Buffer]) -> [Buffer] {
        var packed: [Buffer] = []
        for var buffer in buffers.sorted(by: { ($0.size, $1.root) > ($1.size, $0.root) }) {
            let neighbors = packed.filter { $0.lifetime.overlaps(buffer.lifetime) }.sorted { $0.offset < $1.offset }
            for neighbor in neighbors where buffer.offset + buffer.size > neighbor.offset {
                buffer.offset = max(buffer.offset, neighbor.offset + neighbor.size)
            }
            packed.append(buffer)
        }
        return packed
    }
}
