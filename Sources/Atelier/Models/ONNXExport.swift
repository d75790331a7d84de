import Evaluation
import Features
import Files
import Foundation
import InferencePlan
import Layers
import Memory
import Models
import ONNX
import Pix2Pix
import SuperResolution
import TensorCore

/// What an ONNX file that was written takes and gives.
public struct ONNXExport: Sendable {
    /// The number of operations.
    public let operations: Int
    /// The number of constant tensors, weights among them.
    public let tensors: Int
    /// Every input and output with its extents, and what is to be known about sizes, in words.
    public let interface: [String]
}

extension Model {
    /// Writes the network as an ONNX file (operation set 17), which ONNX Runtime and other programs run.
    ///
    /// Upscalers, translators and classifiers have an input `image`, generators `latents` and, with classes, `classes`.
    /// The values of images are those of the model: from 0 to 1 for upscalers, from −1 to 1 for all others. Extents are
    /// free where the network allows it; otherwise they are fixed, and ``ONNXExport/interface`` says so.
    ///
    /// - Parameter side: height and width of images, in pixels, where an upscaler or a translator needs them fixed; rounded
    ///   up to what the network takes. 256 and the size of training if nil.
    /// - Throws: `ModelError` for models without a network, and for networks with an operation that has no form in ONNX
    ///   here; `FileWriteError`.
    @discardableResult
    public func exportONNX(to path: String, side: Int? = nil) throws -> ONNXExport {
        try MemoryJob.run {
            let pass = try exportedPass(side: side)
            let (graph, words) = try graph(of: pass)
            var file = ONNXModel(
                operationSet: GraphTranslation.operationSet, producer: Software.name,
                producerVersion: Software.version, graph: graph)
            file.description = network.description
            file.metadata = facts(of: pass)
            if let words { file.metadata.append(("sizes", words)) }
            try MemoryJob.check()
            try file.write(to: path)
            let values = (graph.inputs + graph.outputs).map(\.words)
            return ONNXExport(
                operations: graph.nodes.count, tensors: graph.initializers.count,
                interface: values + [words].compactMap(\.self))
        }
    }

    /// The graph with as many free extents as possible, and what is to be known about sizes.
    private func graph(of pass: ExportedPass) throws -> (ONNXGraph, String?) {
        var reason = ""
        for sizes in pass.sizes {
            do {
                let graph = try GraphTranslation.graph(
                    named: name, inputs: pass.inputs(sizes), output: pass.output, weightNames: pass.weightNames,
                    tracing: pass.forward)
                return (graph, sizes.words(reason: reason))
            } catch let error as GraphExportError {
                if case .unsupported = error {
                    throw ModelError.unloadable(name: name, reason: "it cannot be written as ONNX: \(error)")
                }
                reason = "\(error)"
            }
        }
        throw ModelError.unloadable(name: name, reason: "it cannot be written as ONNX: \(reason)")
    }

    private func facts(of pass: ExportedPass) -> [(key: String, value: String)] {
        let range = network.architecture.family.valueRange
        func number(_ value: Double) -> String { value == value.rounded() ? "\(Int(value))" : "\(value)" }
        var facts = [
            ("name", name), ("task", task.rawValue), ("kind", kind), ("network", network.description),
            ("architecture", network.architecture.id),
            ("value_range", "[\(number(range.lowerBound)), \(number(range.upperBound))]"),
        ]
        facts += pass.facts
        if !classNames.isEmpty {
            facts.append(("classes", "[" + classNames.map(jsonString).joined(separator: ", ") + "]"))
        }
        let recorded = fileFormat == nil ? (try? ModelManifest.read(from: path))?.license : nil
        if let license = recorded ?? network.architecture.license, !license.isEmpty {
            facts.append(("license", license))
        }
        return facts + [("software", Software.description)]
    }
}

extension ONNXValue {
    /// `image: float32 [batch, 3, height, width]`.
    fileprivate var words: String {
        let extents = (extents ?? []).map { extent in
            switch extent {
            case .fixed(let number): "\(number)"
            case .free(let name): name
            }
        }
        return "\(name): \(type) [\(extents.joined(separator: ", "))]"
    }
}
