import Files
import Foundation
import Layers
import Models
import ONNX
import SuperResolution
import TensorCore
import TestSupport
import Testing

@testable import Atelier

/// Models written as ONNX. Tests/Conformance/ONNX compares what ONNX Runtime computes from these files with what the
/// networks compute here.
@Suite struct ONNXExportTests {
    private let shelf: ModelShelf

    init() throws { shelf = try ModelShelf() }

    /// Where the files and the answers are left for another program.
    private static let folder = ProcessInfo.processInfo.environment["ATELIER_ONNX_FOLDER"]

    @Test(arguments: ExportedNetwork.all)
    func writesAGraphOfKnownValues(_ network: ExportedNetwork) throws {
        let model = try network.model(on: shelf)
        let path = (Self.folder ?? shelf.path) + "/\(network.name).onnx"
        let export = try model.exportONNX(to: path, side: network.side)
        let file = try ONNXModel(ByteSource(path: path))
        #expect(file.operationSet == 17)
        #expect(file.graph.nodes.count == export.operations)
        #expect(file.metadata.contains { $0.key == "license" && $0.value == "Apache-2.0" })
        var known = Set(file.graph.inputs.map(\.name) + file.graph.initializers.map(\.name))
        for node in file.graph.nodes {
            #expect(node.inputs.allSatisfy { $0.isEmpty || known.contains($0) }, "\(node.outputs)")
            #expect(node.outputs.allSatisfy { known.insert($0).inserted }, "\(node.outputs)")
        }
        #expect(file.graph.outputs.allSatisfy { known.contains($0.name) })
        let extents = file.graph.inputs[0].extents ?? []
        let isFixed = !extents.contains { if case .free = $0 { true } else { false } }
        #expect(!isFixed || file.metadata.contains { $0.key == "sizes" })

        guard let folder = Self.folder else { return }
        let pass = try model.exportedPass(side: network.side)
        let channels = pass.inputs(.free(multiple: 1))[0].extents.count > 3 ? pass.channels : 0
        var answers: [String: Tensor] = [:]
        for (index, inputs) in network.inputs(channels: channels, extents).enumerated() {
            for (name, tensor) in zip(file.graph.inputs.map(\.name), inputs) { answers["\(index).\(name)"] = tensor }
            answers["\(index).\(file.graph.outputs[0].name)"] = try pass.forward(inputs).detached
        }
        try Safetensors.write(answers, to: folder + "/\(network.name).safetensors")
    }

    @Test func keepsTheNamesOfWeights() throws {
        let network = try #require(ExportedNetwork.all.first { $0.name == "sr-compact-x4" })
        let model = try network.model(on: shelf)
        let path = shelf.path + "/compact.onnx"
        try model.exportONNX(to: path)
        let file = try ONNXModel(ByteSource(path: path))
        let names = Set(file.graph.initializers.map(\.name))
        #expect(model.weights.keys.allSatisfy { names.contains($0) })
        #expect(file.metadata.contains { $0.key == "scale" && $0.value == "4" })
        #expect(file.metadata.contains { $0.key == "value_range" && $0.value == "[0, 1]" })
        #expect(file.graph.inputs[0].extents == [.free("batch"), .fixed(3), .free("height"), .free("width")])
    }

    @Test func saysWhatAModelWithoutANetworkIs() throws {
        let metric = try Model.load(Fixtures.packageFolder + "/Models/niqe")
        #expect(throws: ModelError.self) { try metric.exportONNX(to: shelf.path + "/niqe.onnx") }
    }
}

extension ExportedPass {
    /// Channels of the images that it takes.
    fileprivate var channels: Int {
        if case .fixed(let number)? = inputs(.free(multiple: 1)).first?.extents.dropFirst().first { number } else { 0 }
    }
}
