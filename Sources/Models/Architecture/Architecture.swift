import ForeignWeights
import Layers
import TensorCore

/// A kind of network: how it is called, what it is built from, how it is recognized in other programs' files, and how
/// it is made. A family lists its own; adding a network is adding one.
///
///     extension Architecture {
///         static let plain = Architecture(
///             id: "plain", family: .upscaler, parameters: PlainParameters.self,
///             words: { "Plain ×\($0.scale)" },
///             detect: { shapes in … },
///             make: { PlainNet(scale: $0.scale, random: $1) })
///     }
public struct Architecture: Sendable {
    /// What `config.json` calls it.
    public let id: String
    /// Other names that it goes by.
    public let aliases: [String]
    /// The family of models that it is a network of.
    public let family: ModelFamily
    /// The parameters of the usual network.
    public let defaults: any NetworkParameters
    /// Whether there is a network to it, rather than parameters and tensors alone.
    public var hasNetwork: Bool { build != nil }

    let decode: @Sendable (JSONValue, Bool) throws(ParameterError) -> any NetworkParameters
    let limits: @Sendable (any NetworkParameters) throws(ParameterError) -> Void
    let multiple: @Sendable (any NetworkParameters) -> Int
    let words: @Sendable (any NetworkParameters) -> String
    let formerNames: @Sendable (TensorShapes) -> ((Substring) -> String)?
    let detect: @Sendable (TensorShapes) -> (any NetworkParameters)?
    let detectSteps: @Sendable (NcnnSteps) -> (parameters: any NetworkParameters, steps: [NcnnSteps.Step])?
    let build: (@Sendable (any NetworkParameters, Random) -> any Module)?

    /// - Parameters:
    ///   - parameters: what it is built from.
    ///   - limits: refuses parameters that no network can be built from: files may hold any number.
    ///   - multiple: what height and width of its images have to be multiples of.
    ///   - words: what a network of the given parameters is, in words.
    ///   - formerNames: present names of layers by former ones, if the tensors have former names.
    ///   - detect: the parameters, read off the names and shapes of a few tensors that no other network has; nil for any
    ///     other network. What does not fit them is found out by making the network.
    ///   - detectSteps: the same for ncnn's graphs, which keep no names, with the steps that the graph has to consist of.
    ///   - make: the network with fresh weights, its parameters declared in the order in which they are used; nil for
    ///     what is parameters and tensors alone.
    public init<Parameters: NetworkParameters>(
        id: String, aliases: [String] = [], family: ModelFamily, parameters: Parameters.Type,
        limits: @escaping @Sendable (Parameters) throws(ParameterError) -> Void = { _ throws(ParameterError) in },
        multiple: @escaping @Sendable (Parameters) -> Int = { _ in 1 },
        words: (@Sendable (Parameters) -> String)? = nil,
        formerNames: @escaping @Sendable (TensorShapes) -> ((Substring) -> String)? = { _ in nil },
        detect: @escaping @Sendable (TensorShapes) -> Parameters? = { _ in nil },
        detectSteps: @escaping @Sendable (NcnnSteps) -> (Parameters, [NcnnSteps.Step])? = { _ in nil },
        make: (@Sendable (Parameters, Random) -> any Module)?
    ) {
        @Sendable func typed(_ parameters: any NetworkParameters) -> Parameters {
            guard let parameters = parameters as? Parameters else {
                preconditionFailure("\(id) is not built from \(type(of: parameters))")
            }
            return parameters
        }
        self.id = id
        self.aliases = aliases
        self.family = family
        defaults = Parameters()
        decode = { json, strict throws(ParameterError) in try Parameters(json, strict: strict) }
        self.limits = { parameters throws(ParameterError) in try limits(typed(parameters)) }
        self.multiple = { multiple(typed($0)) }
        self.words = { parameters in words?(typed(parameters)) ?? id }
        self.formerNames = formerNames
        self.detect = { detect($0) }
        self.detectSteps = { detectSteps($0) }
        build = make.map { make in { @Sendable parameters, random in make(typed(parameters), random) } }
    }
}

extension Array where Element == Architecture {
    /// The architecture of a name among those of a family.
    package func named(_ name: String, kind: String) -> Architecture? {
        first { $0.family.kind == kind && ($0.id == name || $0.aliases.contains(name)) }
    }
}
