import ArgumentParser
import Pix2Pix

/// The losses of a translator that need pairs.
struct PairLossOptions: ParsableArguments {
    @Option(
        name: [.customLong("lambda-l1"), .customLong("lambda-L1")],
        help: ArgumentHelp("Weight of the mean absolute difference from the target. [100]", valueName: "λ"))
    var l1Weight: Float?

    @Option(help: ArgumentHelp("Weight of matching the discriminator's activations; 0 is off.", valueName: "weight"))
    var featureMatching: Float?

    @Option(
        help: ArgumentHelp(
            "Weight of a loss against patterns that repeat every two or four pixels, checkerboards that discriminators "
                + "overlook; 0 is off.", valueName: "weight"))
    var checkerboard: Float?

    @Option(
        help: ArgumentHelp(
            "Choose among this many colors, fitted to the targets, instead of painting levels: for flat colors. Default: "
                + "levels.", valueName: "n"))
    var palette: Int?

    @Option(help: ArgumentHelp("Weight of the classification of colors. [1]", valueName: "weight"))
    var paletteWeight: Float?

    @Option(
        help: ArgumentHelp(
            "Weight of a loss against colors that vary within the regions of a drawing, where the target is even; 0 is "
                + "off.", valueName: "weight"))
    var regions: Float?

    @Option(
        help: ArgumentHelp(
            "With --color-hints, weight of the difference from the target on dabs and near them; 0 is off.",
            valueName: "weight"))
    var hintWeight: Float?

    @Option(
        help: ArgumentHelp(
            "The network of a perceptual loss: imagenet for EfficientNet-Lite0, a classifier (model or run), or "
                + "PyTorch's weights of VGG, such as vgg19.pth. Default: none, or with --perceptual-weight, imagenet.",
            valueName: "model"))
    var perceptual: String?

    @Option(help: ArgumentHelp("Weight of the perceptual loss. [1]", valueName: "weight"))
    var perceptualWeight: Float?

    @Option(
        help: ArgumentHelp(
            "Add discriminators in the features of such a network, as in projected GANs: imagenet, for example. "
                + "Default: none.", valueName: "model"))
    var projected: String?

    @Option(
        help: ArgumentHelp(
            "Augmentations of pairs for the discriminator, for small datasets: color, translation, "
                + "cutout, joined by commas. [none]", valueName: "list"))
    var augment: AugmentationList?

    func validate() throws {
        try NumberCheck.weights([
            "lambda-l1": l1Weight, "feature-matching": featureMatching, "checkerboard": checkerboard,
            "perceptual-weight": perceptualWeight, "palette-weight": paletteWeight, "regions": regions,
            "hint-weight": hintWeight,
        ])
        if let palette, !(2...256).contains(palette) {
            throw ValidationError("--palette must be from 2 to 256, not \(palette).")
        }
    }

    /// The network of the perceptual loss; nil if there is no such loss.
    var perceptualNetwork: String? { perceptual ?? perceptualWeight.flatMap { $0 > 0 ? "imagenet" : nil } }

    /// Applies the given options.
    func apply(to settings: inout TranslationSettings) {
        settings.augmentation = augment?.list ?? settings.augmentation
        settings.losses.l1Weight = l1Weight ?? settings.losses.l1Weight
        settings.losses.featureMatchingWeight = featureMatching ?? settings.losses.featureMatchingWeight
        settings.losses.checkerboardWeight = checkerboard ?? settings.losses.checkerboardWeight
        settings.losses.paletteWeight = paletteWeight ?? settings.losses.paletteWeight
        settings.losses.regionWeight = regions ?? settings.losses.regionWeight
        settings.losses.hintWeight = hintWeight ?? settings.losses.hintWeight
        settings.losses.perceptualWeight = perceptualWeight ?? settings.losses.perceptualWeight
    }
}
