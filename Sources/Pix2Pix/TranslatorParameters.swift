import Models

extension ModelFamily {
    /// Translators of images.
    package static let translator = ModelFamily(kind: "pix2pix", task: .translate)
}

extension Array where Element == Architecture {
    /// The architectures of translators.
    package static var translators: [Architecture] { [.unet, .resnet] }
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
    }

    /// The form of its results.
    package var facts: NetworkFacts { NetworkFacts(image: ImageShape(size: size, channels: outputChannels)) }

    /// Refuses unreasonable numbers.
    func check(depth range: ClosedRange<Int>) throws(ParameterError) {
        try ParameterError.check("depth", depth, in: range)
        try ParameterError.check("width", width, in: 1...1024)
        try ParameterError.check("inputChannels", inputChannels, in: 1...64)
        try ParameterError.check("outputChannels", outputChannels, in: 1...64)
        try ParameterError.check("size", size, in: 1...65_536)
    }

    var channelWords: String {
        "\(inputChannels) → \(outputChannels) channels, width \(width), \(normalization) norm"
    }
}
