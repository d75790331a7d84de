/// One line of a log: a JSON object whose members keep the order in which they were added.
package struct JSONLine {
    private var members: [String] = []

    package init() {}

    package mutating func add(_ name: String, _ value: Int) { members.append("\(jsonString(name)):\(value)") }

    package mutating func add(_ name: String, _ value: UInt64) { members.append("\(jsonString(name)):\(value)") }

    package mutating func add(_ name: String, _ value: Bool) { members.append("\(jsonString(name)):\(value)") }

    package mutating func add(_ name: String, _ value: String) {
        members.append("\(jsonString(name)):\(jsonString(value))")
    }

    package mutating func add(_ name: String, _ value: Double) {
        members.append("\(jsonString(name)):\(Self.number(value))")
    }

    package mutating func add(_ name: String, _ values: [Double]) {
        members.append("\(jsonString(name)):[\(values.map(Self.number).joined(separator: ","))]")
    }

    package mutating func add(_ name: String, _ values: [String]) {
        members.append("\(jsonString(name)):[\(values.map(jsonString).joined(separator: ","))]")
    }

    /// Adds a nested object, unless it is empty.
    package mutating func add(_ name: String, _ figures: [(name: String, value: Double)]) {
        guard !figures.isEmpty else { return }
        let inner = figures.map { "\(jsonString($0.name)):\(Self.number($0.value))" }
        members.append("\(jsonString(name)):{\(inner.joined(separator: ","))}")
    }

    /// The object without a line break.
    package var text: String { "{" + members.joined(separator: ",") + "}" }

    /// JSON has no infinities and no NaN: they are written as strings.
    private static func number(_ value: Double) -> String {
        guard value.isFinite else { return "\"\(value)\"" }
        if value == value.rounded(), value.magnitude < 1e15 { return "\(Int(value))" }
        return Double(Float(value)) == value ? "\(Float(value))" : "\(value)"
    }
}
