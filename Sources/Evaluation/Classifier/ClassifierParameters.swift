import Models

extension ModelFamily {
    /// Classifiers.
    package static let classifier = ModelFamily(kind: ClassifierConfiguration.kind, task: .classify)
}

/// The parameters of a classifier.
package struct ClassifierParameters: NetworkParameters {
    /// The images that it recognizes.
    package var image = ImageShape(size: 32, channels: 3)
    /// The number of classes.
    package var classCount = 1
    /// Channels of the first stage; doubled at each halving of the image, up to four times.
    package var width = 32
    /// Length of the feature vector.
    package var featureSize = 128

    /// The default sizes.
    package init() {}

    /// The facts that are known without building the network.
    package var facts: NetworkFacts { NetworkFacts(image: image, classCount: classCount) }
}

extension Architecture {
    /// Stages of convolutions, a layer of features, and a linear layer.
    package static let classifier = Architecture(
        id: "classifier", family: .classifier, parameters: ClassifierParameters.self,
        limits: { sizes throws(ParameterError) in
            try sizes.image.check(sizes: 2...1024, powersOfTwo: false)
            try ParameterError.check("width", sizes.width, in: 1...4096)
            try ParameterError.check("featureSize", sizes.featureSize, in: 1...65_536)
            try ParameterError.check("classCount", sizes.classCount, in: 1...65_536)
        },
        make: { Classifier($0, random: $1) })
}
