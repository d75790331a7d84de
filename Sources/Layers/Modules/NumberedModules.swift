/// Modules that a property of a network lists, named by a prefix and a number instead of by the property: `fc0`, `fc1`,
/// `b4`, `b8`, as some checkpoints have them.
///
///     let blocks: NumberedModules<Block>      // b4.conv1.weight, b8.conv0.weight, …
package struct NumberedModules<Part: Module>: NumberedList {
    /// The start of the names.
    package let prefix: String
    /// The modules with their numbers, in the order of use.
    package let parts: [(number: Int, module: Part)]

    /// Modules with their numbers, in the order of use.
    package init(_ prefix: String, _ parts: [(number: Int, module: Part)]) {
        self.prefix = prefix
        self.parts = parts
    }

    /// The modules in the order of use.
    package var modules: [Part] { parts.map(\.module) }

    var namedParts: [(name: String, part: any Module)] { parts.map { (prefix + String($0.number), $0.module) } }
}

/// A list whose modules bring their names.
protocol NumberedList: Sendable {
    var namedParts: [(name: String, part: any Module)] { get }
}
