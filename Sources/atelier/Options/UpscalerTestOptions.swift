import ArgumentParser

/// The metrics of upscaled images besides PSNR and SSIM.
struct UpscalerTestOptions: ParsableArguments {
    @Flag(help: "Also measure NIQE, of upscaled images and of the photos.")
    var niqe = false

    @Option(
        help: ArgumentHelp(
            "Also measure LPIPS, with these weights: the saved state of lpips.LPIPS(net='alex') or (net='vgg').",
            valueName: "file"))
    var lpips: String?

    @Option(
        help: ArgumentHelp(
            "The border of images of other programs that does not count. For upscalers, the border is as wide "
                + "as the scale. [0]", valueName: "pixels"))
    var shave: Int?

    func validate() throws {
        if let shave, shave < 0 { throw ValidationError("--shave cannot be negative.") }
    }

    /// The names of the given options.
    var given: [String] {
        [niqe ? "--niqe" : nil, lpips.map { _ in "--lpips" }, shave.map { _ in "--shave" }].compactMap { $0 }
    }
}
