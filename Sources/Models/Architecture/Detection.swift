import Files
import ForeignWeights
import Layers
import TensorCore

/// A detected network, and its tensors by their current names.
package struct DetectedNetwork: Sendable {
    /// What it is.
    package let configuration: NetworkConfiguration
    /// Exactly the tensors that it has: nothing is missing and nothing is left over.
    package let tensors: [String: Tensor]
    /// Where in the file they lie; nil for a file of nothing else.
    package var source: WeightSource?
}

extension Array where Element == Architecture {
    /// The network that the tensors of a file belong to: that of the first part that is one.
    ///
    /// - Throws: `ForeignWeightsError` if it is none of these, or if tensors are missing, left over or have another
    ///   shape; the error names all of them.
    package func detect(_ weights: ForeignWeights) throws(ForeignWeightsError) -> DetectedNetwork {
        do {
            if let steps = try weights.ncnnSteps() { return try detect(steps) }
        } catch {
            throw ForeignWeightsError(path: weights.path, cause: error)
        }
        var misfit: ForeignWeightsError.Cause?
        for part in weights.parts {
            let match: NetworkMatch?
            do throws(ForeignWeightsError.Cause) {
                match = try self.match(part.shapes, settings: part.settings, ignoring: part.counters)
            } catch {
                misfit = misfit ?? error
                continue
            }
            guard let match else { continue }
            let tensors = try weights.tensors(of: part, named: match.names)
            return DetectedNetwork(
                configuration: match.configuration, tensors: match.tensors(from: tensors),
                source: WeightSource(part, among: weights.parts))
        }
        if let steps = try? weights.onnxSteps(), let network = try? detect(steps) { return network }
        // Parts of other networks may look like one that is known.
        let (shapes, isForeign) = (weights.shapes, ForeignNetwork.words(weights.shapes) != nil)
        let cause = isForeign ? nil : misfit
        throw ForeignWeightsError(path: weights.path, cause: cause ?? Self.unknown(shapes, in: weights.container))
    }

    /// The network that tensors belong to.
    package func detect(_ tensors: [String: Tensor]) throws(ForeignWeightsError.Cause) -> DetectedNetwork {
        let shapes = tensors.mapValues(\.shape.dimensions)
        guard let match = try match(shapes) else { throw Self.unknown(shapes) }
        return DetectedNetwork(configuration: match.configuration, tensors: match.tensors(from: tensors))
    }

    /// The network that the steps of a graph belong to; the tensors get its names.
    package func detect(_ graph: NcnnSteps) throws(ForeignWeightsError.Cause) -> DetectedNetwork {
        for architecture in self {
            guard let (parameters, expected) = architecture.detectSteps(graph) else { continue }
            let configuration = NetworkConfiguration(architecture, anyParameters: parameters)
            try graph.check(against: expected, of: configuration.description)
            let network = try configuration.detectedNetwork()
            var named: [String: Tensor] = [:]
            var layers = graph.layers[...]
            for (name, parameter) in network.parameters where !name.hasSuffix(".bias") {
                guard let layer = layers.popFirst() else { break }
                // A linear layer may be a 1×1 convolution of one pixel.
                let shape = layer.weight.shape.dimensions
                let isSmall = shape.count == 2 && parameter.shape.dimensions == shape + [1, 1]
                named[name] = isSmall ? layer.weight.reshaped(to: parameter.shape) : layer.weight
                if let bias = layer.bias { named[name.dropLast("weight".count) + "bias"] = bias }
            }
            for (name, state) in network.stateTensors { named[name] = state.value }
            _ = try configuration.check(named.mapValues(\.shape.dimensions), against: network)
            return DetectedNetwork(configuration: configuration, tensors: named)
        }
        throw .unknownNetwork("the ncnn graph is of no network that is known here")
    }

    /// - Parameter container: what the tensors lie in, if that is more than a dictionary.
    private static func unknown(_ shapes: [String: [Int]], in container: String? = nil) -> ForeignWeightsError.Cause {
        let names = shapes.keys.sorted()
        let some = names.prefix(6).map(printable).joined(separator: ", ") + (names.count > 6 ? ", …" : "")
        let tensors = counted(names.count, "tensor")
        guard let words = ForeignNetwork.words(shapes) else {
            let start = container.map { "it is \($0), and its" } ?? "its"
            return .unknownNetwork(
                "\(start) \(tensors) belong to no known network; their names are \(some) "
                    + "(“atelier models inspect FILE” shows all, Docs/formats.md lists the known networks)")
        }
        return .unknownNetwork("\(words) (\(tensors): \(some))")
    }
}

extension ForeignWeights {
    /// The shapes of its tensors by name.
    fileprivate var shapes: [String: [Int]] { tensors.mapValues(\.shape.dimensions) }

    /// What the tensors lie in, if that is more than a dictionary.
    fileprivate var container: String? {
        if format == .torchScript { return "a TorchScript program" }
        return className.map { "a whole module of the class \($0)" }
    }
}
