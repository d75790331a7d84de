import Layers
import Models
import TensorCore

/// A generator that upscales images by a whole factor.
package protocol UpscalingGenerator: Layer {
    /// How many times larger the result is.
    var scale: Int { get }
    /// The number of which height and width of its images must be multiples.
    var multiple: Int { get }
    /// The distance, in input pixels, on which a pixel of the result depends.
    var reach: Int { get }
    /// Whether it takes images of any size and continues them itself; tiles begin at multiples of ``multiple`` anyway.
    var continuesImages: Bool { get }
}

extension UpscalingGenerator {
    package var continuesImages: Bool { false }
}

/// The architecture of an upscaler's generator: everything that is needed to build it.
///
///     var generator = UpscalerArchitecture(.rrdb)
///     generator.scale = 2
public struct UpscalerArchitecture: Sendable, Hashable {
    /// The architecture. Another one takes over the scale and the channels, and has the usual sizes otherwise.
    public var network: Architecture {
        get { architecture }
        set { if newValue.id != architecture.id { self = UpscalerArchitecture(newValue, like: parameters) } }
    }

    private let architecture: Architecture
    /// Its sizes.
    package var parameters: any UpscalerParameters

    /// The compact network of `realesr-animevideov3`.
    public init() { self.init(.compact) }

    /// The network of an architecture with default parameters.
    public init(_ architecture: Architecture) {
        guard let parameters = architecture.defaults as? any UpscalerParameters else {
            preconditionFailure("\(architecture.id) is no upscaler")
        }
        (self.architecture, self.parameters) = (architecture, parameters)
    }

    private init(_ architecture: Architecture, like other: any UpscalerParameters) {
        self.init(architecture)
        parameters.scale = other.scale
        (parameters.inputChannels, parameters.outputChannels) = (other.inputChannels, other.outputChannels)
    }

    /// A loaded network; nil if it is not an upscaler.
    package init?(_ configuration: NetworkConfiguration) {
        guard let parameters = configuration.parameters as? any UpscalerParameters else { return nil }
        (architecture, self.parameters) = (configuration.architecture, parameters)
    }

    /// The manifest for model folders.
    package var configuration: NetworkConfiguration { NetworkConfiguration(architecture, parameters) }

    /// How many times larger the result is.
    public var scale: Int {
        get { parameters.scale }
        set { parameters.scale = newValue }
    }
    /// Blocks, or the compact network's convolutions between the first and the last.
    public var depth: Int {
        get { parameters.depth }
        set { parameters.depth = newValue }
    }
    /// Channels of the hidden layers.
    public var features: Int {
        get { parameters.features }
        set { parameters.features = newValue }
    }
    /// Channels of the input.
    public var inputChannels: Int {
        get { parameters.inputChannels }
        set { parameters.inputChannels = newValue }
    }
    /// Channels of the output.
    public var outputChannels: Int {
        get { parameters.outputChannels }
        set { parameters.outputChannels = newValue }
    }

    /// A generator with fresh weights drawn from `random`.
    package func makeGenerator(random: Random) -> any UpscalingGenerator { configuration.network(random: random) }

    /// Why a network of these sizes is impossible; nil if it is possible.
    package var fault: String? {
        do throws(ParameterError) { try configuration.check() } catch { return error.description }
        return nil
    }

    /// Whether both build the same network.
    public static func == (a: UpscalerArchitecture, b: UpscalerArchitecture) -> Bool {
        a.configuration == b.configuration
    }

    /// Hashes the properties that equality compares.
    public func hash(into hasher: inout Hasher) { hasher.combine(configuration) }
}

/// The form in the record of a run: `network` and the sizes, side by side.
extension UpscalerArchitecture: Codable {
    private static let networkKey = "network"

    /// Reads the record of a run, also of earlier versions.
    public init(from decoder: any Decoder) throws {
        var members = try JSONValue(from: decoder).members
        members["id"] = members.removeValue(forKey: Self.networkKey)
        let kind = ModelFamily.upscaler.kind
        do {
            // Earlier versions wrote the growth of dense blocks for all networks.
            let read = try NetworkConfiguration(.object(members), kind: kind, among: .upscalers, strict: false)
            guard let architecture = UpscalerArchitecture(read) else { throw ParameterError("it upscales no images") }
            self = architecture
        } catch {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "\(error)"))
        }
    }

    /// Writes the form that ``init(from:)`` reads.
    public func encode(to encoder: any Encoder) throws {
        var members = configuration.json.members
        members[Self.networkKey] = members.removeValue(forKey: "id")
        try JSONValue.object(members).encode(to: encoder)
    }
}
