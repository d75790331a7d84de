import Files
import ForeignWeights
import Layers
import TensorCore

/// A network that tensors fit, by their names and shapes alone.
struct NetworkMatch {
    let configuration: NetworkConfiguration
    /// What the network's tensors are made from, by name.
    let sources: [String: ForeignLayout.Source]

    /// The tensors of the file that it needs.
    var names: Set<String> { Set(sources.values.flatMap(\.names)) }

    /// The network's tensors, from those of the file.
    func tensors(from tensors: [String: Tensor]) -> [String: Tensor] {
        sources.compactMapValues { source in
            let parts = source.names.compactMap { tensors[$0] }
            return parts.count == source.names.count ? source.make(parts) : nil
        }
    }
}

extension Array where Element == Architecture {
    /// The network that tensors of these shapes belong to; nil if none is recognized.
    ///
    /// - Parameters:
    ///   - settings: what the file says beside its tensors.
    ///   - counters: tensors that no network needs to have.
    /// - Throws: `ForeignWeightsError.Cause` if a network is recognized that the tensors do not fit.
    func match(
        _ shapes: [String: [Int]], settings: [String: WeightSetting] = [:], ignoring counters: Set<String> = []
    ) throws(ForeignWeightsError.Cause) -> NetworkMatch? {
        let all = TensorShapes(shapes, settings: settings)
        for architecture in self {
            if let sources = architecture.layouts.lazy.compactMap({ $0.sources(all) }).first {
                let own = sources.mapValues(\.shape)
                guard let parameters = architecture.detect(TensorShapes(own, settings: settings)) else { continue }
                let configuration = NetworkConfiguration(architecture, anyParameters: parameters)
                _ = try configuration.check(own, against: configuration.detectedNetwork())
                return NetworkMatch(configuration: configuration, sources: sources)
            }
            var names = Dictionary(uniqueKeysWithValues: shapes.keys.map { ($0, $0) })
            if let present = architecture.formerNames(all) { names = renamed(shapes.keys, present) }
            names = names.filter { !isLeftover($0.key, names) }
            let own = names.compactMapValues { shapes[$0] }
            guard let parameters = architecture.detect(TensorShapes(own, settings: settings)) else { continue }
            let configuration = NetworkConfiguration(architecture, anyParameters: parameters)
            let dropped = Set(names.filter { counters.contains($0.value) || architecture.isSurplus($0.key) }.keys)
            let expected = try configuration.check(own, against: configuration.detectedNetwork(), ignoring: dropped)
            let sources = names.filter { expected.contains($0.key) }.mapValues { name in
                ForeignLayout.Source(name, shapes[name] ?? [])
            }
            return NetworkMatch(configuration: configuration, sources: sources)
        }
        return nil
    }

    /// The names in the file by their current names.
    private func renamed(_ names: some Sequence<String>, _ layer: (Substring) -> String) -> [String: String] {
        var result: [String: String] = [:]
        for name in names.sorted() {
            guard let dot = name.lastIndex(of: ".") else {
                result[name] = name
                continue
            }
            let new = layer(name[..<dot]) + name[dot...]
            // Of two tensors that would get one name, the second keeps its own and is named as surplus later on.
            if result[new] == nil { result[new] = name } else { result[name] = name }
        }
        return result
    }

    /// The step counts of batch normalization, and the statistics of instance normalization, which old versions kept.
    private func isLeftover(_ name: String, _ names: [String: String]) -> Bool {
        if name.hasSuffix(".num_batches_tracked") { return true }
        guard let end = [".running_mean", ".running_var"].first(where: name.hasSuffix) else { return false }
        return names[name.dropLast(end.count) + ".weight"] == nil
    }
}

extension NetworkConfiguration {
    /// The network for comparing tensors; weights that are not read are never drawn.
    func detectedNetwork() throws(ForeignWeightsError.Cause) -> any Module {
        do { return try makeNetwork(random: Random(seed: 0)) } catch {
            throw .unknownNetwork("it looks like \(self), which cannot be built here: \(error)")
        }
    }

    /// Compares tensors with those that the parameters require; names missing and superfluous tensors and wrong shapes.
    ///
    /// - Parameter dropped: tensors that may be superfluous.
    /// - Returns: the names of the required tensors.
    func check(
        _ shapes: [String: [Int]], against network: any Module, ignoring dropped: Set<String> = []
    ) throws(ForeignWeightsError.Cause) -> Set<String> {
        let entries =
            network.parameters.map { ($0.name, $0.parameter.shape.dimensions) }
            + network.stateTensors.map { ($0.name, $0.state.shape.dimensions) }
        let expected = Dictionary(uniqueKeysWithValues: entries)
        let missing = expected.keys.filter { shapes[$0] == nil }.sorted()
        let surplus = shapes.keys.filter { expected[$0] == nil && !dropped.contains($0) }.sorted()
        let misshaped = expected.sorted { $0.key < $1.key }.compactMap { name, shape in
            guard let found = shapes[name], found != shape else { return nil as String? }
            return "\(name) is \(found), expected \(shape)"
        }
        guard !missing.isEmpty || !surplus.isEmpty || !misshaped.isEmpty else { return Set(expected.keys) }
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
