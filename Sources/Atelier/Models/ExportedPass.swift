import Evaluation
import Features
import InferencePlan
import Layers
import Models
import Pix2Pix
import SuperResolution
import TensorCore

/// The forward pass of a model for use outside of this program.
struct ExportedPass {
    /// Which extents are free.
    enum Sizes {
        /// All of them; heights and widths in multiples of a number.
        case free(multiple: Int)
        /// The number of images.
        case batch(side: Int)
        /// None.
        case fixed(side: Int)

        /// What is to be known about sizes; nil if any size is possible.
        ///
        /// - Parameter reason: why no more of them are free.
        func words(reason: String) -> String? {
            switch self {
            case .free(let multiple):
                multiple == 1 ? nil : "height and width must be multiples of \(multiple)"
            case .batch(let side), .fixed(let side):
                reason.isEmpty ? nil : "height and width are fixed at \(side), because \(reason)"
            }
        }
    }

    /// An input of the pass.
    struct Input {
        let name: String
        /// What it is.
        let words: String
        /// Whether it holds indices.
        let isIndex: Bool
        let extents: (Sizes) -> [GraphInput.Extent]

        init(
            _ name: String, _ words: String, isIndex: Bool = false,
            extents: @escaping (Sizes) -> [GraphInput.Extent]
        ) {
            (self.name, self.words, self.isIndex, self.extents) = (name, words, isIndex, extents)
        }

        /// Images with so many channels.
        static func images(channels: Int, _ words: String) -> Input {
            Input("image", words) { sizes in
                switch sizes {
                case .free(let multiple):
                    [
                        .free(.batch), .fixed(channels), .free(.height(multiple: multiple)),
                        .free(.width(multiple: multiple)),
                    ]
                case .batch(let side): [.free(.batch), .fixed(channels), .fixed(side), .fixed(side)]
                case .fixed(let side): [.fixed(1), .fixed(channels), .fixed(side), .fixed(side)]
                }
            }
        }
    }

    private let network: any Module
    private let input: [Input]
    /// To be tried in this order.
    let sizes: [Sizes]
    /// The name of the result, and what it is.
    let output: (name: String, description: String)
    /// Further facts for the file's metadata.
    let facts: [(String, String)]
    let forward: ([Tensor]) throws -> Tensor

    init(
        _ network: any Module, _ input: [Input], sizes: [Sizes], output: (String, String),
        facts: [(String, String)] = [], forward: @escaping ([Tensor]) throws -> Tensor
    ) {
        (self.network, self.input, self.sizes, self.output) = (network, input, sizes, output)
        (self.facts, self.forward) = (facts, forward)
    }

    func inputs(_ sizes: Sizes) -> [GraphInput] {
        input.map { GraphInput($0.name, $0.extents(sizes), isIndex: $0.isIndex, description: $0.words) }
    }

    /// The names of weights by the identities of their storage.
    var weightNames: [UInt64: String] {
        let named =
            network.parameters.map { ($0.parameter.value.storage.identity, $0.name) }
            + network.stateTensors.map { ($0.state.value.storage.identity, $0.name) }
        return Dictionary(named, uniquingKeysWith: { first, _ in first })
    }

    /// Sizes for networks that take images of any size: those that they need, then multiples of more, then a fixed one.
    static func anySize(multiple: Int, usual: Int) -> [Sizes] {
        let multiples = [1, 2, 4, 8, 16, 32, 64].filter { $0 > multiple && $0 % multiple == 0 }
        let side = (max(usual, multiple) + multiple - 1) / multiple * multiple
        return ([multiple] + multiples).map { .free(multiple: $0) } + [.batch(side: side), .fixed(side: side)]
    }
}

extension Model {
    /// The forward pass for an ONNX file.
    ///
    /// - Parameter side: height and width of images where a network that upscales or translates needs them fixed.
    /// - Throws: `ModelError` for models without a network.
    func exportedPass(side: Int? = nil) throws -> ExportedPass {
        switch task {
        case .generate: try generatingPass()
        case .translate: try translatingPass(side: side)
        case .upscale: try upscalingPass(side: side)
        case .classify: try classifyingPass()
        case .measure: try measuringPass()
        }
    }

    private func generatingPass() throws -> ExportedPass {
        let generator: any LatentGenerator = try built(for: .generate)
        let wrapping = network.wrapping
        let (size, classes) = (generator.latentSize, facts.classCount)
        func extents(_ sizes: ExportedPass.Sizes, _ rest: [GraphInput.Extent]) -> [GraphInput.Extent] {
            if case .fixed = sizes { [.fixed(1)] + rest } else { [.free(.batch)] + rest }
        }
        var inputs: [ExportedPass.Input] = [
            ExportedPass.Input("latents", "standard normal numbers") { extents($0, [.fixed(size)]) }
        ]
        if classes > 0 {
            inputs.append(.init("classes", "from 0 to \(classes - 1)", isIndex: true) { extents($0, []) })
        }
        let side = facts.image?.size ?? 0
        return ExportedPass(
            generator, inputs, sizes: [.batch(side: side), .fixed(side: side)],
            output: ("images", "values from −1 to 1, RGB or gray")
        ) { tensors in
            generator(tensors[0], classes: classes > 0 ? tensors[1] : nil, .inference.wrapping(wrapping))
        }
    }

    private func translatingPass(side: Int?) throws -> ExportedPass {
        let generator: any TranslationGenerator = try built(for: .translate)
        let parameters = try translatorParameters()
        let planes = parameters.planes
        let mode = ForwardMode.applied(imageStatistics: parameters.statistics == .image, noise: nil)
            .wrapping(network.wrapping)
        return ExportedPass(
            generator, [.images(channels: parameters.planes.count, "values from −1 to 1, RGB or gray" + planes.words)],
            sizes: generator.side.map { [.batch(side: $0), .fixed(side: $0)] }
                ?? ExportedPass.anySize(multiple: generator.multiple, usual: side ?? parameters.size),
            output: ("translated", "values from −1 to 1, RGB or gray")
        ) { generator($0[0], mode) }
    }

    private func upscalingPass(side: Int?) throws -> ExportedPass {
        let generator: any UpscalingGenerator = try built(for: .upscale)
        let sizes = network.parameters as? any UpscalerParameters
        let (resize, wrapping) = (sizes?.resize ?? 1, network.wrapping)
        return ExportedPass(
            generator, [.images(channels: sizes?.inputChannels ?? 3, "values from 0 to 1, RGB or gray")],
            sizes: ExportedPass.anySize(multiple: generator.multiple, usual: side ?? 256),
            output: ("upscaled", "values from 0 to 1, RGB or gray; clip what exceeds them"),
            facts: [("scale", "\(Double(generator.scale) * resize)".replacing(".0", with: ""))]
        ) { tensors in
            let y = generator(tensors[0], .inference.wrapping(wrapping))
            if resize == 1 { return y }
            func resized(_ extent: Int) -> Int { max(1, Int((Double(extent) * resize).rounded(.down))) }
            return y.resized(
                height: resized(y.shape[2]), width: resized(y.shape[3]), .bicubic, wrapping: wrapping)
        }
    }

    private func classifyingPass() throws -> ExportedPass {
        let classifier = try classifier()
        let (network, side) = (classifier.network, classifier.image.size)
        return ExportedPass(
            network, [.images(channels: classifier.image.channels, "values from −1 to 1, RGB or gray")],
            sizes: [.batch(side: side), .fixed(side: side)],
            output: ("logits", "one for each class; the largest is that of the recognized class")
        ) { network.logits(features: network.features($0[0], .inference), .inference) }
    }

    private func measuringPass() throws -> ExportedPass {
        let network = try imageFeatures().network
        let side = EfficientNet.side
        return ExportedPass(
            network, [.images(channels: 3, "values from −1 to 1, RGB")],
            sizes: [.batch(side: side), .fixed(side: side)], output: ("features", "one vector for each image")
        ) { network.features($0[0], .inference) }
    }
}
