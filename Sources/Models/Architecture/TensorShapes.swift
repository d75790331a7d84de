/// The shapes of tensors by name, for detecting networks.
package struct TensorShapes: Sendable {
    private let shapes: [String: [Int]]

    init(_ shapes: [String: [Int]]) { self.shapes = shapes }

    /// Every name.
    package var names: some Collection<String> { shapes.keys }

    /// The shape, when it has so many axes and none is empty.
    package subscript(_ name: String, rank rank: Int) -> [Int]? {
        guard let shape = shapes[name], shape.count == rank, !shape.contains(0) else { return nil }
        return shape
    }

    /// Whether there is a tensor of that name.
    package func has(_ name: String) -> Bool { shapes[name] != nil }

    /// The number of consecutive indices, from 0 on, whose names exist.
    package func count(_ name: (Int) -> String) -> Int {
        var index = 0
        while has(name(index)) { index += 1 }
        return index
    }
}
