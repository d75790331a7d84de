import ArgumentParser

/// What upscaled images are measured by, beside PSNR and SSIM.
struct UpscalerTestOptions: ParsableArguments {
    @Flag(help: "Measure NIQE, too: of upscaled images, and of the photos themselves.")
    var niqe = false

    @Option(
        help: ArgumentHelp(
            "Measure LPIPS, too, with these weights: the saved state of lpips.LPIPS(net='alex') or (net='vgg').",
            valueName: "file"))
    var lpips: String?

    @Option(
        help: ArgumentHelp(
            "The border of images from elsewhere that does not count. Upscalers are measured without as many pixels "
                + "as their scale. [0]", valueName: "pixels"))
    var shave: Int?

    func validate() throws {
        if let shave, shave < 0 { throw ValidationError("--shave cannot be negative.") }
    }

    /// Those that were given, by name.
    var given: [String] {
        [niqe ? "--niqe" : nil, lpips.map { _ in "--lpips" }, shave.map { _ in "--shave" }].compactMap { $0 }
    }
}
