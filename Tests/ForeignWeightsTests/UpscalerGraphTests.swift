import Atelier
import Files
import Models
import SuperResolution
import TensorCore
import Testing

@testable import ForeignWeights

/// ncnn's graphs of SPAN, Real-CUGAN and waifu2x, as the converters write them. The public files themselves are
/// compared with PyTorch in `make interop`.
@Suite struct UpscalerGraphTests {
    /// A graph, and weights that say which layer and which output they belong to.
    private struct Graph {
        private(set) var lines: [String] = []
        private(set) var bin: [UInt8] = []
        private var weights = 0

        mutating func plain(_ type: String, _ parameters: String = "", inputs: Int = 1) {
            let blobs = (0..<inputs).map { "x\($0)" }.joined(separator: " ")
            lines.append("\(type) l\(lines.count) \(inputs) 1 \(blobs) y\(lines.count) \(parameters)")
        }

        mutating func weighted(_ type: String, _ inputs: Int, _ outputs: Int, kernel: Int, _ more: String = "") {
            let size = inputs * outputs * kernel * kernel
            plain(type, "0=\(outputs) 1=\(kernel) 5=1 6=\(size) \(more)")
            put(outputs: outputs, each: size / outputs)
        }

        mutating func connected(_ inputs: Int, _ outputs: Int, gate: Int) {
            plain("InnerProduct", "0=\(outputs) 1=1 2=\(inputs * outputs) 9=\(gate)")
            put(outputs: outputs, each: inputs)
        }

        mutating func constants(_ values: [Float]) {
            lines.append("MemoryData l\(lines.count) 0 1 c 0=1 1=1 2=\(values.count)")
            put(values)
        }

        private mutating func put(outputs: Int, each: Int) {
            weights += 1
            let first = Float(weights)
            bin += [0, 0, 0, 0]
            put((0..<outputs).flatMap { output in [Float](repeating: first + Float(output) / 1024, count: each) })
            put([Float](repeating: -first, count: outputs))
        }

        private mutating func put(_ values: [Float]) {
            for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bin += $0 } }
        }

        func detected() throws -> DetectedNetwork {
            let count = lines.count + 1
            let text = "7767517\n\(count) \(count)\nInput in 0 1 x0\n" + lines.joined(separator: "\n")
            let model = try NcnnModel(
                param: ByteSource(Array((text + "\n").utf8)), bin: ByteSource(bin), limits: .init())
            return try [Architecture].known.detect(NcnnSteps(model))
        }
    }

    private static func span(features: Int, range: Float?, block: Int = 6) -> Graph {
        var graph = Graph()
        if let range {
            graph.constants([0.4488, 0.4371, 0.404])
            graph.plain("BinaryOp", "0=1", inputs: 2)
            if range != 1 { graph.plain("BinaryOp", "0=2 1=1 2=\(range)") }
        }
        graph.weighted("Convolution", 3, features, kernel: 3, "4=1")
        for _ in 0..<block {
            for _ in 0..<2 {
                graph.weighted("Convolution", features, features, kernel: 3, "4=1")
                graph.plain("Swish")
            }
            graph.weighted("Convolution", features, features, kernel: 3, "4=1")
            graph.plain("Sigmoid")
            graph.plain("BinaryOp", "0=1 1=1 2=5.000000e-01")
            graph.plain("BinaryOp", "", inputs: 2)
            graph.plain("BinaryOp", "0=2", inputs: 2)
        }
        graph.weighted("Convolution", features, features, kernel: 3, "4=1")
        graph.plain("Concat", "", inputs: 4)
        graph.weighted("Convolution", 4 * features, features, kernel: 1)
        graph.weighted("Convolution", features, 12, kernel: 3, "4=1")
        graph.plain("PixelShuffle", "0=2")
        return graph
    }

    @Test(arguments: [255, 1, nil] as [Float?]) func spanHasItsSums(_ range: Float?) throws {
        let network = try Self.span(features: 5, range: range).detected()
        let sizes = try #require(network.configuration.parameters as? SPANParameters)
        #expect(network.configuration.architecture.id == "span" && sizes.merged && sizes.features == 5)
        #expect(sizes.scale == 2 && sizes.normalized == (range != nil))
        if let range { #expect(sizes.inputRange == Double(range)) }
        #expect(network.tensors["conv_1.eval_conv.weight"]?.values.first == 1)
        #expect(network.tensors["block_6.c3_r.eval_conv.bias"]?.values.first == -19)
        #expect(network.tensors["conv_2.eval_conv.weight"]?.values.first == 20)
        #expect(network.tensors["conv_cat.weight"]?.values.first == 21)
        #expect(network.tensors["upsampler.0.weight"]?.values.first == 22)
    }

    @Test func otherGraphsOfThatKindAreRefused() {
        #expect(throws: ForeignWeightsError.Cause.self) { try Self.span(features: 5, range: 255, block: 5).detected() }
        #expect(throws: ForeignWeightsError.Cause.self) { try Self.span(features: 5, range: 0.25, block: 7).detected() }
        var graph = Self.span(features: 5, range: nil)
        graph.plain("Crop", "0=4 1=5", inputs: 2)
        #expect(throws: ForeignWeightsError.Cause.self) { try graph.detected() }
        for extents in ["0=999999999 1=999999999 2=999999999", "0=0", "0=-3", "0=2 11=2"] {
            var large = Graph()
            large.plain("MemoryData", extents)
            #expect(throws: ForeignWeightsError.Cause.self, "\(extents)") { try large.detected() }
        }
        var cut = Graph()
        cut.plain("Pooling", "0=1 4=0")
        #expect(throws: ForeignWeightsError.Cause.self) { try cut.detected() }
    }

    /// - Parameter scale: 1 to 4; as pnnx writes it, or as from Caffe's file with `fromCaffe`.
    private static func cugan(scale: Int, attention: Bool = true, fromCaffe: Bool = false) -> Graph {
        var graph = Graph()
        let leaky = "9=2 -23310=1,1.000000e-01"
        func pair(_ a: Int, _ b: Int, _ c: Int) {
            graph.weighted("Convolution", a, b, kernel: 3, leaky)
            graph.weighted("Convolution", b, c, kernel: 3, leaky)
        }
        func weighted(_ a: Int, _ b: Int, _ c: Int) {
            pair(a, b, c)
            guard attention else { return }
            graph.plain("Pooling", "0=1 4=1")
            graph.connected(c, c / 8, gate: 1)
            graph.connected(c / 8, c, gate: 4)
            graph.plain(fromCaffe ? "Scale" : "BinaryOp", fromCaffe ? "0=-233" : "0=2", inputs: 2)
        }
        func down(_ a: Int) { graph.weighted("Convolution", a, a, kernel: 2, "3=2 " + leaky) }
        func crop(_ amount: Int) {
            if fromCaffe {
                graph.plain("Crop", "0=\(amount) 1=\(amount)", inputs: 2)
            } else {
                graph.plain("Crop", "-23309=2,\(amount),\(amount) -23310=2,-\(amount),-\(amount) -23311=2,-2,-1")
            }
        }
        func across(_ a: Int, _ amount: Int) {
            if !fromCaffe { crop(amount) }
            graph.weighted("Deconvolution", a, a, kernel: 2, "3=2 " + leaky)
            if fromCaffe { crop(amount) }
            if fromCaffe { graph.plain("Eltwise", "0=1", inputs: 2) } else { graph.plain("BinaryOp", "", inputs: 2) }
        }
        let middle = scale == 4 ? 64 : 3
        pair(3, 32, 64)
        down(64)
        weighted(64, 128, 64)
        across(64, 4)
        graph.weighted("Convolution", 64, 64, kernel: 3, leaky)
        switch scale {
        case 1: graph.weighted("Convolution", 64, 3, kernel: 3)
        case 3: graph.weighted("Deconvolution", 64, 3, kernel: 5, "3=3 4=2")
        default: graph.weighted("Deconvolution", 64, middle, kernel: 4, "3=2 4=3")
        }
        pair(middle, 32, 64)
        down(64)
        weighted(64, 64, 128)
        down(128)
        weighted(128, 256, 128)
        across(128, 4)
        weighted(128, 64, 64)
        across(64, 16)
        let cropsLast = fromCaffe || !attention
        if !cropsLast { crop(20) }
        graph.weighted("Convolution", 64, 64, kernel: 3, leaky)
        graph.weighted("Convolution", 64, middle, kernel: 3)
        if cropsLast { crop(20) }
        if fromCaffe { graph.plain("Eltwise", "0=1", inputs: 2) } else { graph.plain("BinaryOp", "", inputs: 2) }
        if scale == 4 {
            graph.weighted("Convolution", 64, 12, kernel: 3)
            crop(1)
            graph.plain("PixelShuffle", "0=2")
        }
        return graph
    }

    @Test(arguments: [(1, true), (2, true), (2, false), (3, false), (4, false)])
    func pairsOfUNets(scale: Int, fromCaffe: Bool) throws {
        let network = try Self.cugan(scale: scale, fromCaffe: fromCaffe).detected()
        let sizes = try #require(network.configuration.parameters as? CUNetParameters)
        #expect(network.configuration.architecture.id == "cugan")
        #expect(sizes.scale == scale && sizes.inputChannels == 3 && sizes.outputChannels == 3 && !sizes.compressed)
        // The seventh layer is a linear one, which the network keeps as a convolution.
        #expect(network.tensors["unet1.conv2.seblock.conv2.weight"]?.shape == [64, 8, 1, 1])
        #expect(network.tensors["unet1.conv2.seblock.conv2.weight"]?.values.first == 7)
        // Inputs come first in the weight of a transposed convolution.
        let up = try #require(network.tensors["unet1.conv2_up.weight"])
        #expect(up.values[0] == 8 && up.values[4] == 8 + 1.0 / 1024 && up.values[4 * 64] == 8)
    }

    @Test func aPairWithoutAttention() throws {
        let sizes = try Self.cugan(scale: 2, attention: false).detected().configuration.parameters as? CUNetParameters
        #expect(sizes?.attention == false && sizes?.scale == 2)
    }

    @Test func sevenConvolutions() throws {
        var graph = Graph()
        var inputs = 3
        for outputs in [16, 32, 64, 128, 128, 256] {
            graph.weighted("Convolution", inputs, outputs, kernel: 3, "9=2 -23310=1,0.100000")
            inputs = outputs
        }
        graph.weighted("Deconvolution", 256, 3, kernel: 4, "3=2 4=3")
        let network = try graph.detected()
        #expect(network.configuration.architecture.id == "upconv7")
        #expect(network.tensors["net.12.weight"]?.shape == [256, 3, 4, 4])
        #expect(network.tensors["net.10.bias"]?.values.first == -6)
    }
}
