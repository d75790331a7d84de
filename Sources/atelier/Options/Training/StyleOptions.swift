import ArgumentParser
import StyleGAN
import Training

/// The settings that only `--arch stylegan2` has; missing options keep their defaults.
struct StyleOptions: ParsableArguments {
    @Option(
        name: [.customLong("ada-target"), .customLong("target")],
        help: ArgumentHelp(
            "Augmentation grows until the mean sign of the discriminator's output for real images is this; 0 turns it "
                + "off. [0.6]", valueName: "sign"))
    var target: Double?

    @Option(
        name: .customLong("ada-images"),
        help: ArgumentHelp(
            "Images over which augmentation can grow to its full strength; 500000 in the paper. [100000]",
            valueName: "n"))
    var images: Int?

    @Option(
        name: .customLong("pl-weight"),
        help: ArgumentHelp("Weight of the path-length penalty; 0 is off and saves time. [2]", valueName: "weight"))
    var pathLengthWeight: Double?

    @Option(
        name: .customLong("style-mixing"),
        help: ArgumentHelp("How often images get the styles of two latent vectors, 0 to 1. [0.9]", valueName: "share"))
    var styleMixing: Double?

    @Option(
        name: .customLong("map-depth"),
        help: ArgumentHelp("Layers from latent vectors to styles. [2]", valueName: "n"))
    var mappingLayers: Int?

    func validate() throws {
        for (name, value) in [("ada-target", target), ("style-mixing", styleMixing)] {
            if let value, !(0...1).contains(value) { throw ValidationError("--\(name) must be from 0 to 1.") }
        }
        try NumberCheck.weights(["pl-weight": pathLengthWeight])
        try NumberCheck.counts(["ada-images": images, "map-depth": mappingLayers])
    }

    /// The names of the given options.
    var given: [String] {
        [
            target.map { _ in "--ada-target" }, images.map { _ in "--ada-images" },
            pathLengthWeight.map { _ in "--pl-weight" }, styleMixing.map { _ in "--style-mixing" },
            mappingLayers.map { _ in "--map-depth" },
        ].compactMap { $0 }
    }

    /// Applies the given options to a family that has them.
    func apply<Family: AdversarialFamily>(to configuration: inout Family) {
        guard var styled = configuration as? StyleGANConfiguration else { return }
        styled.adaptation.target = target ?? styled.adaptation.target
        styled.adaptation.images = images ?? styled.adaptation.images
        styled.pathLengthWeight = pathLengthWeight ?? styled.pathLengthWeight
        styled.styleMixing = styleMixing ?? styled.styleMixing
        styled.mappingLayers = mappingLayers ?? styled.mappingLayers
        if let changed = styled as? Family { configuration = changed }
    }
}
