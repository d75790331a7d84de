import ForeignWeights

/// The shapes of tensors by name, for detecting networks.
package struct TensorShapes: Sendable {
    private let shapes: [String: [Int]]
    private let settings: [String: WeightSetting]

    init(_ shapes: [String: [Int]], settings: [String: WeightSetting] = [:]) {
        (self.shapes, self.settings) = (shapes, settings)
    }

    /// What the file says of the network beside its tensors; nil if nothing.
    package func setting(_ name: String) -> WeightSetting? { settings[name] }

    /// A number that the file states; nil if it states none.
    package func number(_ name: String) -> Double? {
        if case .number(let value)? = settings[name] { value } else { nil }
    }

    /// A whole number that the file states; nil if it states none.
    package func integer(_ name: String) -> Int? { number(name).flatMap { Int(exactly: $0) } }

    /// Every name.
    package var names: some Collection<String> { shapes.keys }

    /// The shape, when it has so many axes and none is empty.
    package subscript(_ name: String, rank rank: Int) -> [Int]? {
        guard let shape = shapes[name], shape.count == rank, !shape.contains(0) else { return nil }
        return shape
    }

    /// Whether there is a tensor of that name.
    package func has(_ name: String) -> Bool { shapes[name] != nil }

    /// The number of consecutive indices, from 0 on, whose names exist; never more than there are tensors, so that names
    /// that come again end the search.
    package func count(_ name: (Int) -> String) -> Int {
        var index = 0
        while index < shapes.count, has(name(index)) { index += 1 }
        return index
    }
}
