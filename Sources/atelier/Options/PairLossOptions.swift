import ArgumentParser
import Pix2Pix

/// What a translator minimizes that only pairs allow.
struct PairLossOptions: ParsableArguments {
    @Option(
        name: [.customLong("lambda-l1"), .customLong("lambda-L1")],
        help: ArgumentHelp("Weight of the mean absolute difference from the target. [100]", valueName: "λ"))
    var l1Weight: Float?

    @Option(help: ArgumentHelp("Weight of matching the discriminator's activations; 0 is off.", valueName: "weight"))
    var featureMatching: Float?

    @Option(
        help: ArgumentHelp(
            "Weight of a loss against patterns that repeat every two or four pixels, the checkerboards that a generator "
                + "prints where discriminators do not mind; 0 is off.", valueName: "weight"))
    var checkerboard: Float?

    @Option(
        help: ArgumentHelp(
            "What a perceptual loss is taken in: a classifier (model or run), or PyTorch's weights of VGG such as "
                + "vgg19.pth. Default: none.", valueName: "model"))
    var perceptual: String?

    @Option(help: ArgumentHelp("Weight of the perceptual loss. [1]", valueName: "weight"))
    var perceptualWeight: Float?

    @Option(
        help: ArgumentHelp(
            "Judge images in the features of such a network, too, as projected GANs do. Default: none.",
            valueName: "model"))
    var projected: String?

    @Option(
        help: ArgumentHelp(
            "What happens to pairs before they are judged, against learning few images by heart: color, translation, "
                + "cutout, joined by commas. [none]", valueName: "list"))
    var augment: AugmentationList?

    func validate() throws {
        try TranslatorOptions.checkWeights([
            ("lambda-l1", l1Weight), ("feature-matching", featureMatching), ("checkerboard", checkerboard),
            ("perceptual-weight", perceptualWeight),
        ])
    }

    /// Puts what was given in its place.
    func apply(to settings: inout TranslationSettings) {
        settings.augmentation = augment?.list ?? settings.augmentation
        settings.losses.l1Weight = l1Weight ?? settings.losses.l1Weight
        settings.losses.featureMatchingWeight = featureMatching ?? settings.losses.featureMatchingWeight
        settings.losses.checkerboardWeight = checkerboard ?? settings.losses.checkerboardWeight
        settings.losses.perceptualWeight = perceptualWeight ?? settings.losses.perceptualWeight
    }
}
