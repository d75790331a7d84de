import Layers
import TensorCore

/// An architecture with its parameters: enough to build a network.
package struct NetworkConfiguration: Sendable, Hashable, CustomStringConvertible {
    /// The architecture.
    package let architecture: Architecture
    /// Parameters of the type that the architecture needs.
    package let parameters: any NetworkParameters

    /// A network with the given parameters.
    package init(_ architecture: Architecture, _ parameters: some NetworkParameters) {
        self.init(architecture, anyParameters: parameters)
    }

    /// The network with default parameters.
    package init(_ architecture: Architecture) { self.init(architecture, anyParameters: architecture.defaults) }

    init(_ architecture: Architecture, anyParameters: any NetworkParameters) {
        (self.architecture, parameters) = (architecture, anyParameters)
    }

    /// Reads `architecture` of a `config.json`: `id` and the parameters.
    ///
    /// - Parameter strict: whether to refuse unknown members.
    /// - Throws: ``ParameterError``.
    package init(
        _ json: JSONValue, kind: String, among architectures: [Architecture], strict: Bool = true
    ) throws(ParameterError) {
        var members = json.members
        guard let id = members.removeValue(forKey: Self.idKey)?.text else { throw ParameterError("id is missing") }
        guard let architecture = architectures.named(id, kind: kind) else {
            throw ParameterError("id is “\(id)”, which is no \(kind) network that is known here")
        }
        self.init(architecture, anyParameters: try architecture.decode(.object(members), strict))
    }

    /// The form that ``init(_:kind:among:strict:)`` reads.
    package var json: JSONValue {
        var members = parameters.json.members
        members[Self.idKey] = .text(architecture.id)
        return .object(members)
    }

    private static let idKey = "id"

    /// A description of the network.
    package var description: String { architecture.words(parameters) }

    /// The number of which height and width of images must be multiples.
    package var multiple: Int { architecture.multiple(parameters) }

    /// - Throws: ``ParameterError`` if no such network is possible.
    package func check() throws(ParameterError) { try architecture.limits(parameters) }

    /// The network with fresh weights drawn from `random`.
    ///
    /// - Throws: ``ParameterError`` if no such network is possible.
    package func makeNetwork(random: Random) throws(ParameterError) -> any Module {
        try check()
        guard let build = architecture.build else { throw ParameterError("\(architecture.id) has no network") }
        return build(parameters, random)
    }

    /// The network, for parameters that are known to be valid, as a known type.
    package func network<Network>(_ type: Network.Type = Network.self, random: Random) -> Network {
        guard let network = architecture.build?(parameters, random) as? Network else {
            preconditionFailure("\(architecture.id) is no \(Network.self)")
        }
        return network
    }

    /// Whether both are of one architecture with equal parameters.
    package static func == (a: NetworkConfiguration, b: NetworkConfiguration) -> Bool {
        a.architecture.id == b.architecture.id && a.architecture.family == b.architecture.family
            && AnyHashable(a.parameters) == AnyHashable(b.parameters)
    }

    /// Hashes the properties that equality compares.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(architecture.id)
        hasher.combine(AnyHashable(parameters))
    }
}
