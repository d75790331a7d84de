import Models

extension ModelFamily {
    /// Translators of images.
    public static let translator = ModelFamily(kind: "pix2pix", task: .translate)
}

extension Array where Element == Architecture {
    /// The architectures of translators.
    public static var translators: [Architecture] { [.unet, .resnet] }
}

/// The parameters of a translator, and its default use.
public struct TranslatorParameters: NetworkParameters {
    /// Levels of a U-Net, residual blocks of a ResNet.
    public var depth = 8
    /// Channels after the first convolution (`ngf`).
    public var width = 64
    /// Channels of the input.
    public var inputChannels = 3
    /// Channels of the output.
    public var outputChannels = 3
    /// The normalization of activations.
    public var normalization: NormalizationKind = .batch
    /// Whether the network has dropout, the noise source of the paper.
    public var dropout = true
    /// How planes are doubled.
    public var upsampling: Upsampling = .transposed
    /// The side of the images in training.
    public var size = 256
    /// Which mean and variance batch normalization uses.
    public var statistics: Pix2PixConfiguration.Statistics = .image
    /// How images of other sizes than in training are translated.
    public var fit: TranslationFit = .auto

    /// The paper's generator for 256×256 images.
    public init() {}

    /// A network of the given sizes, with the default use.
    init(_ sizes: TranslatorArchitecture) {
        (depth, width) = (sizes.depth, sizes.width)
        (inputChannels, outputChannels) = (sizes.inputChannels, sizes.outputChannels)
        (normalization, dropout, upsampling) = (sizes.normalization, sizes.dropout, sizes.upsampling)
    }

    /// The form of its results.
    public var facts: NetworkFacts { NetworkFacts(image: ImageShape(size: size, channels: outputChannels)) }

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
