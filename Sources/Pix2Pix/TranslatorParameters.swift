import Files
import ImageData
import Models

extension ModelFamily {
    /// Translators of images.
    package static let translator = ModelFamily(kind: "pix2pix", task: .translate)
}

extension Array where Element == Architecture {
    /// The architectures of translators.
    package static var translators: [Architecture] { [.unet, .resnet, .guided] }
}

/// The parameters of a translator, and its default use.
package struct TranslatorParameters: NetworkParameters {
    /// Levels of a U-Net, residual blocks of a ResNet.
    package var depth = 8
    /// Channels after the first convolution (`ngf`).
    package var width = 64
    /// Channels of the input.
    package var inputChannels = 3
    /// Channels of the output.
    package var outputChannels = 3
    /// The normalization of activations.
    package var normalization: NormalizationKind = .batch
    /// Whether the network has dropout, the noise source of the paper.
    package var dropout = true
    /// How planes are doubled.
    package var upsampling: Upsampling = .transposed
    /// The number of classes that the input says; each has a plane behind those of the image and of hints.
    package var classCount = 0
    /// Whether the input has planes of color hints behind those of the image.
    package var colorHints = false
    /// Whether the last plane of the input is noise.
    package var noise = false
    /// The colors that the network chooses among, as hexadecimal digits; empty for a network that paints levels.
    package var palette: [String] = []
    /// The side of the images in training.
    package var size = 256
    /// Which mean and variance batch normalization uses.
    package var statistics: Pix2PixConfiguration.Statistics = .image
    /// How images of other sizes than in training are translated.
    package var fit: TranslationFit = .auto

    /// The paper's generator for 256×256 images.
    package init() {}

    /// A network of the given sizes, with the default use.
    init(_ sizes: TranslatorArchitecture) {
        (depth, width) = (sizes.depth, sizes.width)
        (inputChannels, outputChannels) = (sizes.inputChannels, sizes.outputChannels)
        (normalization, dropout, upsampling) = (sizes.normalization, sizes.dropout, sizes.upsampling)
        palette = sizes.palette ?? []
        (classCount, colorHints) = (sizes.classCount ?? 0, sizes.colorHints ?? false)
        noise = sizes.noise ?? false
    }

    /// What the input consists of.
    package var planes: InputPlanes {
        InputPlanes(channels: inputChannels, hasHints: colorHints, classCount: classCount, hasNoise: noise)
    }

    /// Whether the network chooses among the colors of a palette.
    package var hasPalette: Bool { !palette.isEmpty }

    /// Channels of the network's own result: the image's, or a score for each color.
    var networkOutputs: Int { palette.isEmpty ? outputChannels : palette.count }

    /// The generator of a network that gives ``networkOutputs``.
    func finished(_ network: any TranslationGenerator) -> any TranslationGenerator {
        palette.isEmpty ? network : PaletteGenerator(network, palette: palette.compactMap { PaletteColor($0) })
    }

    /// The form of its results.
    package var facts: NetworkFacts {
        NetworkFacts(image: ImageShape(size: size, channels: outputChannels), classCount: classCount)
    }

    /// Refuses unreasonable numbers.
    func check(depth range: ClosedRange<Int>) throws(ParameterError) {
        try ParameterError.check("depth", depth, in: range)
        try ParameterError.check("width", width, in: 1...1024)
        try ParameterError.check("inputChannels", inputChannels, in: 1...64)
        try ParameterError.check("outputChannels", outputChannels, in: 1...64)
        try ParameterError.check("classCount", classCount, in: 0...PairClasses.limit)
        try checkPalette()
        try ParameterError.check("size", size, in: 1...65_536)
    }

    private func checkPalette() throws(ParameterError) {
        guard !palette.isEmpty else { return }
        guard (2...256).contains(palette.count) else {
            throw ParameterError("palette has \(palette.count) colors, it must have 2 to 256")
        }
        if let odd = palette.first(where: { PaletteColor($0) == nil }) {
            throw ParameterError("palette has “\(odd)”, which is no color of six hexadecimal digits")
        }
        guard outputChannels == 3 else {
            throw ParameterError("outputChannels is \(outputChannels), it must be 3 with a palette")
        }
    }

    var channelWords: String {
        "\(inputChannels) → \(outputChannels) channels, width \(width), \(normalization) norm"
            + (classCount > 0 ? ", \(counted(classCount, "class", "classes"))" : "")
            + (colorHints ? ", color hints" : "") + (noise ? ", noise" : "")
            + (palette.isEmpty ? "" : ", \(palette.count) colors")
    }
}
