import TensorCore

/// A part of a network that owns parameters, state or other modules.
///
/// Modules are final classes with plain stored `let`s. Reflection finds what they own. Its name is the path of property
/// names, in the usual spelling: `blocks.3.conv1.weight`, `norm.running_mean`.
///
///     final class Critic: Module {
///         let conv1: Conv2d
///         let out: Linear
///         init(random: Random) {
///             conv1 = Conv2d(3, 64, kernel: 4, stride: 2, padding: 1, random: random)
///             out = Linear(64 * 16 * 16, 1, random: random)
///         }
///         func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
///             out(conv1(x, mode).leakyReLU().flattened(), mode)
///         }
///     }
public protocol Module: AnyObject, Sendable {}

/// A module from one tensor to one tensor.
public protocol Layer: Module {
    /// The layer's output for `x`; shapes are each layer's own. What is drawn or kept between calls depends on `mode`.
    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor
}

/// A module whose only property holds its layers; the names of the layers omit the name of that property.
package protocol LayerList: Module {
    var layers: [any Layer] { get }
}

extension Module {
    /// All parameters, in the order of declaration. A parameter with two paths has only its first name.
    public var parameters: [(name: String, parameter: Parameter)] {
        entries.compactMap { entry in
            if case .parameter(let parameter) = entry.owned { return (entry.name, parameter) }
            return nil
        }
    }

    /// The other state, such as running statistics.
    public var stateTensors: [(name: String, state: StateTensor)] {
        entries.compactMap { entry in
            if case .state(let state) = entry.owned { return (entry.name, state) }
            return nil
        }
    }

    /// The number of trained values.
    public var parameterCount: Int { parameters.reduce(0) { $0 + $1.parameter.shape.count } }

    var entries: [ModuleEntry] {
        var walk = ReflectionWalk()
        walk.visit(self, path: "")
        return walk.entries
    }
}

enum Owned {
    case parameter(Parameter)
    case state(StateTensor)

    var value: Tensor {
        switch self {
        case .parameter(let parameter): parameter.value
        case .state(let state): state.value
        }
    }
}

struct ModuleEntry {
    let name: String
    let owned: Owned
}

private struct ReflectionWalk {
    var entries: [ModuleEntry] = []
    private var seen = Set<ObjectIdentifier>()

    mutating func visit(_ value: Any, path: String) {
        // Casting an array to a class would bridge it to Foundation's, number by number.
        guard type(of: value) is AnyClass else { return visitParts(of: value, path: path) }
        switch value {
        case let parameter as Parameter:
            if seen.insert(ObjectIdentifier(parameter)).inserted {
                entries.append(ModuleEntry(name: path, owned: .parameter(parameter)))
            }
        case let state as StateTensor:
            if seen.insert(ObjectIdentifier(state)).inserted {
                entries.append(ModuleEntry(name: path, owned: .state(state)))
            }
        case let list as any LayerList:
            for (index, layer) in list.layers.enumerated() { visit(layer, path: join(path, String(index))) }
        case let module as any Module:
            for case (let label?, let child) in Mirror(reflecting: module).children {
                guard let list = child as? any NumberedList else {
                    visit(child, path: join(path, snakeCase(label)))
                    continue
                }
                for (name, part) in list.namedParts { visit(part, path: join(path, name)) }
            }
        default: return
        }
    }

    private mutating func visitParts(of value: Any, path: String) {
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional: for child in mirror.children { visit(child.value, path: path) }
        case .collection:
            guard let first = mirror.children.first?.value, mayOwn(first) else { return }
            for (index, child) in mirror.children.enumerated() {
                visit(child.value, path: join(path, String(index)))
            }
        default: return
        }
    }

    private func mayOwn(_ value: Any) -> Bool {
        type(of: value) is AnyClass || [.collection, .optional].contains(Mirror(reflecting: value).displayStyle)
    }

    private func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : path + "." + name }

    private func snakeCase(_ name: String) -> String {
        var result = ""
        for character in name {
            if character.isUppercase, !result.isEmpty { result.append("_") }
            result += character.lowercased()
        }
        return result
    }
}
