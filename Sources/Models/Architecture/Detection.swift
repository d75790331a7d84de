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
}

extension Array where Element == Architecture {
    /// The network that the tensors of a file belong to.
    ///
    /// - Throws: `ForeignWeightsError` if it is none of these, or if tensors are missing, left over or have another
    ///   shape; the error names all of them.
    package func detect(_ weights: ForeignWeights) throws(ForeignWeightsError) -> DetectedNetwork {
        do {
            if let steps = try weights.ncnnSteps() { return try detect(steps) }
            return try detect(weights.tensors)
        } catch {
            throw ForeignWeightsError(path: weights.path, cause: error)
        }
    }

    /// The network that tensors belong to.
    package func detect(_ tensors: [String: Tensor]) throws(ForeignWeightsError.Cause) -> DetectedNetwork {
        for architecture in self {
            var tensors = tensors
            if let present = architecture.formerNames(TensorShapes(tensors)) { tensors = renamed(tensors, present) }
            tensors = withoutLeftovers(tensors)
            guard let parameters = architecture.detect(TensorShapes(tensors)) else { continue }
            tensors = tensors.filter { name, _ in !architecture.isSurplus(name) }
            let configuration = NetworkConfiguration(architecture, anyParameters: parameters)
            try configuration.check(tensors, against: configuration.detectedNetwork())
            return DetectedNetwork(configuration: configuration, tensors: tensors)
        }
        let names = tensors.keys.sorted()
        throw .unknownNetwork(
            "its \(names.count) tensors belong to no known network; their names are "
                + names.prefix(6).map(printable).joined(separator: ", ") + (names.count > 6 ? ", …" : ""))
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
            for (name, _) in network.parameters where !name.hasSuffix(".bias") {
                guard let layer = layers.popFirst() else { break }
                named[name] = layer.weight
                if let bias = layer.bias { named[name.dropLast("weight".count) + "bias"] = bias }
            }
            try configuration.check(named, against: network)
            return DetectedNetwork(configuration: configuration, tensors: named)
        }
        throw .unknownNetwork("the ncnn graph is of no network that is known here")
    }

    private func renamed(_ tensors: [String: Tensor], _ layer: (Substring) -> String) -> [String: Tensor] {
        var result: [String: Tensor] = [:]
        for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
            guard let dot = name.lastIndex(of: ".") else {
                result[name] = tensor
                continue
            }
            let new = layer(name[..<dot]) + name[dot...]
            // Of two tensors that would get one name, the second keeps its own and is named as surplus later on.
            if result[new] == nil { result[new] = tensor } else { result[name] = tensor }
        }
        return result
    }

    /// Removes the step counts of batch normalization, and the statistics of instance normalization, which old versions
    /// kept.
    private func withoutLeftovers(_ tensors: [String: Tensor]) -> [String: Tensor] {
        tensors.filter { name, _ in
            if name.hasSuffix(".num_batches_tracked") { return false }
            guard let end = [".running_mean", ".running_var"].first(where: name.hasSuffix) else { return true }
            return tensors[name.dropLast(end.count) + ".weight"] != nil
        }
    }
}

extension NetworkConfiguration {
    /// The network for comparing tensors; weights that are not read are never drawn.
    fileprivate func detectedNetwork() throws(ForeignWeightsError.Cause) -> any Module {
        do { return try makeNetwork(random: Random(seed: 0)) } catch {
            throw .unknownNetwork("it looks like \(self), which cannot be built here: \(error)")
        }
    }

    /// Compares tensors with those that the parameters require; names missing and superfluous tensors and wrong shapes.
    fileprivate func check(
        _ tensors: [String: Tensor], against network: any Module
    ) throws(ForeignWeightsError.Cause) {
        let entries =
            network.parameters.map { ($0.name, $0.parameter.shape.dimensions) }
            + network.stateTensors.map { ($0.name, $0.state.shape.dimensions) }
        let expected = Dictionary(uniqueKeysWithValues: entries)
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
        throw .unknownNetwork(
            "it looks like \(self), but does not fit it; " + faults.compactMap(\.self).joined(separator: "; "))
    }
}
