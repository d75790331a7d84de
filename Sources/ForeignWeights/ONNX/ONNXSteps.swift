import Files
import ONNX
import TensorCore

/// The steps of an ONNX graph, for networks whose weights have lost their names.
struct ONNXStepReader {
    private let file: ONNXFile
    /// Values that depend on the images.
    private var images: Set<String>
    /// What was read, because one constant may serve many steps.
    private var tensors: [String: Tensor] = [:]
    private(set) var steps: [NcnnSteps.Step] = []
    private(set) var layers: [(weight: Tensor, bias: Tensor?)] = []

    /// - Throws: ``ForeignWeightsError/Cause`` for steps that no known network has.
    init(_ file: ONNXFile) throws {
        self.file = file
        images = Set(file.graph.inputs.map(\.name)).subtracting(file.constants.keys)
        for node in file.graph.nodes where node.inputs.contains(where: images.contains) {
            // The extents of images are no images.
            if node.operation == "Shape" || node.operation == "Size" { continue }
            try append(node)
            images.formUnion(node.outputs)
        }
    }

    private mutating func append(_ node: ONNXNode) throws {
        func unknown(_ what: String) -> ForeignWeightsError.Cause {
            .unknownNetwork("the operation \(printable(node.outputs.first ?? "")) is \(what), as in no known network")
        }
        func constant(_ place: Int) -> ONNXTensor? {
            place < node.inputs.count ? file.constants[node.inputs[place]] : nil
        }
        switch node.operation {
        case "Conv":
            guard let weight = constant(1), weight.isOfFloats, weight.extents.count == 4, isPlain(node, weight.extents)
            else { throw unknown("a convolution with stride, dilation, groups or other borders") }
            let bias = try constant(2).map { try tensor($0, as: $0.extents) }
            layers.append((try tensor(weight, as: weight.extents), bias))
            steps.append(.convolution(slope: nil))
        case "LeakyRelu", "Relu":
            guard steps.last == .convolution(slope: nil) else { throw unknown("an activation behind no convolution") }
            var slope: Float = node.operation == "Relu" ? 0 : 0.01
            if case .float(let alpha)? = node.attributes["alpha"] { slope = alpha }
            steps[steps.count - 1] = .convolution(slope: rounded(slope))
        case "PRelu":
            guard let slopes = constant(1), slopes.isOfFloats else { throw unknown("PReLU with computed slopes") }
            layers.append((try tensor(slopes, as: [slopes.count]), nil))
            steps.append(.weights)
        case "Concat": steps.append(.join(node.inputs.count))
        case "DepthToSpace" where node.text("mode") == "CRD":
            steps.append(.shuffle(node.integer("blocksize") ?? 0))
        case "Resize", "Upsample":
            guard let factor = try factor(node) else { throw unknown("an uneven resize") }
            switch node.text("mode") ?? "nearest" {
            case "nearest": steps.append(.nearest(factor))
            case "cubic": steps.append(.bicubic(factor))
            default: throw unknown("a resize of another kind")
            }
        case "Mul":
            let factors = try node.inputs.compactMap { try file.numbers($0) }
            guard factors.count == 1, factors[0].count == 1 else { throw unknown("a product") }
            steps.append(.scale(rounded(factors[0][0])))
        case "Add":
            guard node.inputs.allSatisfy(images.contains) else { throw unknown("a sum with constants") }
            if case .scale(let factor)? = steps.last {
                steps[steps.count - 1] = .scaledAdd(factor)
            } else {
                steps.append(.add)
            }
        // Results are clipped to the range of images anyway.
        case "Identity", "Cast", "Dropout", "Clip": break
        default: throw unknown("“\(printable(node.operation))”")
        }
    }

    private mutating func tensor(_ constant: ONNXTensor, as shape: [Int]) throws -> Tensor {
        if let known = tensors[constant.name], known.shape.dimensions == shape { return known }
        let tensor = try file.tensor(constant, as: shape)
        tensors[constant.name] = tensor
        return tensor
    }

    /// Whether a convolution keeps the size and sees all channels.
    private func isPlain(_ node: ONNXNode, _ extents: [Int]) -> Bool {
        func isAll(_ name: String, _ value: Int) -> Bool { (node.integers(name) ?? [value]).allSatisfy { $0 == value } }
        let (height, width) = (extents[2], extents[3])
        guard height == width, height % 2 == 1, isAll("strides", 1), isAll("dilations", 1),
            node.integer("group") ?? 1 == 1
        else { return false }
        if let pads = node.integers("pads") { return pads.count == 4 && pads.allSatisfy { $0 == height / 2 } }
        return height == 1 || node.text("auto_pad")?.hasPrefix("SAME") == true
    }

    /// The factor of both directions; nil if they differ or are not constant.
    private func factor(_ node: ONNXNode) throws -> Double? {
        let scales = try node.inputs.dropFirst().compactMap { try file.numbers($0) }.last { $0.count == 4 }
        guard let scales, scales[0] == 1, scales[1] == 1, scales[2] == scales[3] else { return nil }
        return rounded(scales[2])
    }

    private func rounded(_ value: Float) -> Double { (Double(value) * 1e5).rounded() / 1e5 }
}
