import Files
import TensorCore

/// A network that is known here, with its sizes: enough to build it.
public enum NetworkDescription: Sendable, Hashable, CustomStringConvertible {
    case unet(UNetDescription)
    case resnet(ResNetDescription)
    case rrdb(RRDBDescription)
    case compact(CompactDescription)
    case msrResNet(MSRResNetDescription)
    case srResNet(SRResNetDescription)

    /// Its name and sizes in words.
    public var description: String { known.description }

    /// The tensors that it has, by PyTorch's names, weights and biases in the order in which they are used.
    var shapes: [(name: String, shape: [Int])] { known.shapes }

    /// Compares a network's tensors with what its sizes demand.
    ///
    /// - Throws: ``ForeignWeightsError/Cause`` that names what is missing, left over or of another shape.
    func check(_ tensors: [String: Tensor]) throws {
        let expected = Dictionary(uniqueKeysWithValues: shapes.map { ($0.name, $0.shape) })
        let missing = expected.keys.filter { tensors[$0] == nil }.sorted()
        let surplus = tensors.keys.filter { expected[$0] == nil }.sorted()
        let misshaped = expected.sorted { $0.key < $1.key }.compactMap { name, shape in
            guard let found = tensors[name]?.shape.dimensions, found != shape else { return nil as String? }
            return "\(name) is \(found), expected \(shape)"
        }
        guard !missing.isEmpty || !surplus.isEmpty || !misshaped.isEmpty else { return }
        func list(_ words: String, _ names: [String]) -> String? {
            guard !names.isEmpty else { return nil }
            let more = names.count > 8 ? " and \(names.count - 8) more" : ""
            return "\(words): " + names.prefix(8).map(printable).joined(separator: ", ") + more
        }
        let faults = [list("missing", missing), list("not part of it", surplus), list("of another shape", misshaped)]
        throw ForeignWeightsError.Cause.unknownNetwork(
            "it looks like \(description), but does not fit it; " + faults.compactMap(\.self).joined(separator: "; "))
    }

    private var known: any KnownNetwork {
        switch self {
        case .unet(let network): network
        case .resnet(let network): network
        case .rrdb(let network): network
        case .compact(let network): network
        case .msrResNet(let network): network
        case .srResNet(let network): network
        }
    }
}

/// A network and its tensors by PyTorch's names.
public struct DetectedNetwork: Sendable {
    /// What it is.
    public let description: NetworkDescription
    /// Exactly the tensors that it has: nothing is missing and nothing is left over.
    public let tensors: [String: Tensor]
}

/// How a network is recognized and what it consists of.
protocol KnownNetwork: CustomStringConvertible {
    /// The sizes, read off a few tensors that no other network has; nil for any other network.
    init?(_ shapes: ShapeTable)
    /// Every tensor by its name, weights and biases in the order in which they are used.
    var shapes: [(name: String, shape: [Int])] { get }
}

/// The shapes of tensors by name.
struct ShapeTable {
    private let shapes: [String: [Int]]

    init(_ tensors: [String: Tensor]) { shapes = tensors.mapValues(\.shape.dimensions) }

    /// The shape, when it has so many axes and none is empty.
    subscript(_ name: String, rank rank: Int) -> [Int]? {
        guard let shape = shapes[name], shape.count == rank, !shape.contains(0) else { return nil }
        return shape
    }

    func has(_ name: String) -> Bool { shapes[name] != nil }

    /// How many numbers, from the first on, lead to an existing name.
    func count(from first: Int = 0, _ name: (Int) -> String) -> Int {
        var index = first
        while has(name(index)) { index += 1 }
        return index - first
    }
}

/// The shapes of a convolution's tensors.
func convolutionShapes(
    _ name: String, _ inputs: Int, _ outputs: Int, kernel: Int, bias: Bool = true, transposed: Bool = false
) -> [(name: String, shape: [Int])] {
    let channels = transposed ? [inputs, outputs] : [outputs, inputs]
    let weight = (name: name + ".weight", shape: channels + [kernel, kernel])
    return bias ? [weight, (name: name + ".bias", shape: [outputs])] : [weight]
}

/// The shapes of a batch normalization's tensors.
func batchNormShapes(_ name: String, _ channels: Int) -> [(name: String, shape: [Int])] {
    ["weight", "bias", "running_mean", "running_var"].map { (name: "\(name).\($0)", shape: [channels]) }
}
