import Layers
import TensorCore

/// An architecture with its parameters: enough to build a network.
package struct NetworkConfiguration: Sendable, Hashable, CustomStringConvertible {
    /// The architecture.
    package let architecture: Architecture
    /// Parameters of the type that the architecture needs.
    package let parameters: any NetworkParameters
    /// The axes along which its images repeat, unless something else is asked for.
    package private(set) var wrapping = Wrapping.neither

    /// A network with the given parameters.
    package init(_ architecture: Architecture, _ parameters: some NetworkParameters) {
        self.init(architecture, anyParameters: parameters)
    }

    /// The network with default parameters.
    package init(_ architecture: Architecture) { self.init(architecture, anyParameters: architecture.defaults) }

    init(_ architecture: Architecture, anyParameters: any NetworkParameters) {
        (self.architecture, parameters) = (architecture, anyParameters)
    }

    /// The same network for images that repeat along some axes.
    package func wrapping(_ axes: Wrapping) -> NetworkConfiguration {
        var configuration = self
        configuration.wrapping = axes
        return configuration
    }

    /// Reads `architecture` of a `config.json`: `id`, `seamless` if images repeat, and the parameters.
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
        let seamless = members.removeValue(forKey: Self.seamlessKey)
        self.init(architecture, anyParameters: try architecture.decode(.object(members), strict))
        guard let seamless else { return }
        guard let axes = seamless.text.flatMap({ Wrapping(rawValue: $0) }) else {
            let known = Wrapping.allCases.map(\.rawValue).joined(separator: ", ")
            throw ParameterError("\(Self.seamlessKey) is \(seamless.text ?? "no text"), it must be one of \(known)")
        }
        wrapping = axes
    }

    /// The form that ``init(_:kind:among:strict:)`` reads.
    package var json: JSONValue {
        var members = parameters.json.members
        members[Self.idKey] = .text(architecture.id)
        if wrapping != .neither { members[Self.seamlessKey] = .text(wrapping.rawValue) }
        return .object(members)
    }

    private static let idKey = "id"
    private static let seamlessKey = "seamless"

    /// A description of the network.
    package var description: String { architecture.words(parameters) }

    /// The number of which height and width of images must be multiples.
    package var multiple: Int { architecture.multiple(parameters) }

    /// - Throws: ``ParameterError`` if no such network is possible.
    package func check() throws(ParameterError) {
        try architecture.limits(parameters)
        guard wrapping != .neither else { return }
        let start = "\(Self.seamlessKey) is \(wrapping.rawValue), but "
        guard architecture.wraps else {
            throw ParameterError(start + "a network of the kind “\(architecture.id)” cannot join opposite borders")
        }
        guard let image = parameters.facts.image else { return }
        if wrapping.joinsColumns && image.contentWidth != image.size
            || wrapping.joinsRows && image.contentHeight != image.size
        {
            throw ParameterError(
                start + "images of \(image.contentWidth)×\(image.contentHeight) pixels do not fill the network's "
                    + "square of \(image.size) pixels, so their borders do not meet")
        }
    }

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
