import Layers
import TensorCore

/// An architecture with its parameters: enough to build a network.
public struct NetworkConfiguration: Sendable, Hashable, CustomStringConvertible {
    /// Which kind of network it is.
    public let architecture: Architecture
    /// Of the type that the architecture is built from.
    public let parameters: any NetworkParameters

    /// A network of given parameters.
    public init(_ architecture: Architecture, _ parameters: some NetworkParameters) {
        self.init(architecture, anyParameters: parameters)
    }

    /// The usual network.
    public init(_ architecture: Architecture) { self.init(architecture, anyParameters: architecture.defaults) }

    init(_ architecture: Architecture, anyParameters: any NetworkParameters) {
        (self.architecture, parameters) = (architecture, anyParameters)
    }

    /// Reads `architecture` of a `config.json`: `id` and the parameters.
    ///
    /// - Parameter strict: whether members that the parameters do not have are refused.
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

    /// What ``init(_:kind:among:strict:)`` reads.
    package var json: JSONValue {
        var members = parameters.json.members
        members[Self.idKey] = .text(architecture.id)
        return .object(members)
    }

    private static let idKey = "id"

    /// What the network is, in words.
    public var description: String { architecture.words(parameters) }

    /// What height and width of images have to be multiples of.
    public var multiple: Int { architecture.multiple(parameters) }

    /// - Throws: ``ParameterError`` when no such network can be built.
    public func check() throws(ParameterError) { try architecture.limits(parameters) }

    /// The network with fresh weights drawn from `random`.
    ///
    /// - Throws: ``ParameterError`` when no such network can be built.
    public func makeNetwork(random: Random) throws(ParameterError) -> any Module {
        try check()
        guard let build = architecture.build else { throw ParameterError("\(architecture.id) has no network") }
        return build(parameters, random)
    }

    /// The network of parameters that are known to be sound, as what it is known to be.
    package func network<Network>(_ type: Network.Type = Network.self, random: Random) -> Network {
        guard let network = architecture.build?(parameters, random) as? Network else {
            preconditionFailure("\(architecture.id) is no \(Network.self)")
        }
        return network
    }

    /// Whether both are of one architecture with equal parameters.
    public static func == (a: NetworkConfiguration, b: NetworkConfiguration) -> Bool {
        a.architecture.id == b.architecture.id && a.architecture.family == b.architecture.family
            && AnyHashable(a.parameters) == AnyHashable(b.parameters)
    }

    /// Feeds what equality looks at.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(architecture.id)
        hasher.combine(AnyHashable(parameters))
    }
}
