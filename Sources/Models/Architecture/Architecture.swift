import ForeignWeights
import Layers
import TensorCore

/// A kind of network: its name, its parameters, its detection in files of other programs, and its construction. Each
/// family lists its own. To add a network, add one value.
///
///     extension Architecture {
///         static let plain = Architecture(
///             id: "plain", family: .upscaler, parameters: PlainParameters.self,
///             words: { "Plain ×\($0.scale)" },
///             detect: { shapes in … },
///             make: { PlainNet(scale: $0.scale, random: $1) })
///     }
public struct Architecture: Sendable {
    /// Its name in `config.json`.
    public let id: String
    /// Other names.
    package let aliases: [String]
    /// The family of its models.
    package let family: ModelFamily
    /// Whether its images can repeat: whether it consists of convolutions and other layers that honor
    /// ``ForwardMode/wrapping``.
    package let wraps: Bool
    /// The default parameters.
    package let defaults: any NetworkParameters
    /// Whether it is recognized in files of other programs.
    package let isRecognized: Bool
    /// Whether it has a network, not only parameters and tensors.
    package var hasNetwork: Bool { build != nil }

    let decode: @Sendable (JSONValue, Bool) throws(ParameterError) -> any NetworkParameters
    let limits: @Sendable (any NetworkParameters) throws(ParameterError) -> Void
    let multiple: @Sendable (any NetworkParameters) -> Int
    let words: @Sendable (any NetworkParameters) -> String
    let formerNames: @Sendable (TensorShapes) -> ((Substring) -> String)?
    let isSurplus: @Sendable (String) -> Bool
    let detect: @Sendable (TensorShapes) -> (any NetworkParameters)?
    let detectSteps: @Sendable (NcnnSteps) -> (parameters: any NetworkParameters, steps: [NcnnSteps.Step])?
    let build: (@Sendable (any NetworkParameters, Random) -> any Module)?

    /// - Parameters:
    ///   - wraps: whether its images can repeat.
    ///   - parameters: the type of its parameters.
    ///   - limits: refuses impossible parameters, because files may contain any number.
    ///   - multiple: the number of which height and width of its images must be multiples.
    ///   - words: a description of a network with the given parameters.
    ///   - formerNames: the current names of layers by their former names, if the tensors have former names.
    ///   - isSurplus: whether the network does without a tensor of the files that it is in.
    ///   - detect: the parameters, determined from the names and shapes of a few tensors that no other network has; nil
    ///     for any other network. Building the network finds mismatches.
    ///   - detectSteps: the same for ncnn's graphs, which have no names, with the expected steps of the graph.
    ///   - make: makes the network with fresh weights; it must declare its parameters in the order of use. Nil if there
    ///     are only parameters and tensors.
    package init<Parameters: NetworkParameters>(
        id: String, aliases: [String] = [], family: ModelFamily, wraps: Bool = true, parameters: Parameters.Type,
        limits: @escaping @Sendable (Parameters) throws(ParameterError) -> Void = { _ throws(ParameterError) in },
        multiple: @escaping @Sendable (Parameters) -> Int = { _ in 1 },
        words: (@Sendable (Parameters) -> String)? = nil,
        formerNames: @escaping @Sendable (TensorShapes) -> ((Substring) -> String)? = { _ in nil },
        isSurplus: @escaping @Sendable (String) -> Bool = { _ in false },
        detect: (@Sendable (TensorShapes) -> Parameters?)? = nil,
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
        self.wraps = wraps
        defaults = Parameters()
        decode = { json, strict throws(ParameterError) in try Parameters(json, strict: strict) }
        self.limits = { parameters throws(ParameterError) in try limits(typed(parameters)) }
        self.multiple = { multiple(typed($0)) }
        self.words = { parameters in words?(typed(parameters)) ?? id }
        self.formerNames = formerNames
        self.isSurplus = isSurplus
        isRecognized = detect != nil
        self.detect = { detect?($0) }
        self.detectSteps = { detectSteps($0) }
        build = make.map { make in { @Sendable parameters, random in make(typed(parameters), random) } }
    }
}

extension Array where Element == Architecture {
    /// The architecture with a name in a family.
    package func named(_ name: String, kind: String) -> Architecture? {
        first { $0.family.kind == kind && ($0.id == name || $0.aliases.contains(name)) }
    }
}
