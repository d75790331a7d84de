/// One line of a log: a JSON object whose members keep the order in which they were added.
package struct JSONLine {
    private var members: [String] = []

    package init() {}

    package mutating func add(_ name: String, _ value: Int) { members.append("\(Self.quoted(name)):\(value)") }

    package mutating func add(_ name: String, _ value: Bool) { members.append("\(Self.quoted(name)):\(value)") }

    package mutating func add(_ name: String, _ value: String) {
        members.append("\(Self.quoted(name)):\(Self.quoted(value))")
    }

    package mutating func add(_ name: String, _ value: Double) {
        members.append("\(Self.quoted(name)):\(Self.number(value))")
    }

    package mutating func add(_ name: String, _ values: [Double]) {
        members.append("\(Self.quoted(name)):[\(values.map(Self.number).joined(separator: ","))]")
    }

    package mutating func add(_ name: String, _ values: [String]) {
        members.append("\(Self.quoted(name)):[\(values.map(Self.quoted).joined(separator: ","))]")
    }

    /// An object within; left out when it is empty.
    package mutating func add(_ name: String, _ figures: [(name: String, value: Double)]) {
        guard !figures.isEmpty else { return }
        let inner = figures.map { "\(Self.quoted($0.name)):\(Self.number($0.value))" }
        members.append("\(Self.quoted(name)):{\(inner.joined(separator: ","))}")
    }

    /// The object without a line break.
    package var text: String { "{" + members.joined(separator: ",") + "}" }

    /// JSON knows no infinities: they, and what is no number, are written as strings.
    private static func number(_ value: Double) -> String {
        guard value.isFinite else { return "\"\(value)\"" }
        if value == value.rounded(), value.magnitude < 1e15 { return "\(Int(value))" }
        return Double(Float(value)) == value ? "\(Float(value))" : "\(value)"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
