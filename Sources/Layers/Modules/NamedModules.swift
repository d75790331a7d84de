/// Modules that a property of a network lists, with names of their own instead of the property's, as some checkpoints
/// have them: `L0_36_512`, `L1_52_512`.
package struct NamedModules<Part: Module>: NumberedList {
    /// The modules with their names, in the order of use.
    package let parts: [(name: String, module: Part)]

    /// Modules with their names, in the order of use.
    package init(_ parts: [(name: String, module: Part)]) { self.parts = parts }

    /// The modules in the order of use.
    package var modules: [Part] { parts.map(\.module) }

    var namedParts: [(name: String, part: any Module)] { parts.map { ($0.name, $0.module) } }
}
