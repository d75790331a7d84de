import ArgumentParser
import Atelier
import ImageData

/// `atelier data degrade`.
struct DataDegradeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "degrade",
        abstract: "Make photos small, as people have them: blurred, noisy, compressed.",
        discussion: """
            Photos become small as “atelier train sr --degradation” makes them, so that upscalers can be tested on \
            them. A seed always gives the same images.

            Examples:
              atelier data degrade Set14/ -o small/ --seed 7
              atelier upscale small/ -m photo-x4 -o upscaled/
              atelier evaluate upscaled/ --data Set14/ --niqe
              atelier data degrade Set14/ -o small/ --degradation bicubic --scale 2

            Results are PNG files, without the pixels at the right and at the bottom that do not fill a pixel.
            Exit codes: 0 all done, 1 something failed, 64 wrong usage, 130 stopped by Ctrl-C.
            """)

    @Option(
        help: ArgumentHelp(
            "How: practical (blur, noise and JPEG, twice, as in Real-ESRGAN) or bicubic (as in MATLAB).",
            valueName: "name"))
    var degradation = Degradation.practical

    @Option(name: .shortAndLong, help: ArgumentHelp("How many times smaller.", valueName: "n"))
    var scale = 4

    @Option(help: ArgumentHelp("The seed of blur, noise and compression.", valueName: "n"))
    var seed: UInt64 = 0

    @OptionGroup(title: "Images") var batch: BatchOptions

    @OptionGroup var messages: MessageOptions

    func validate() throws {
        if !(1...16).contains(scale) { throw ValidationError("--scale must be from 1 to 16.") }
    }

    func run() throws {
        let degrading = Degrading(degradation, scale: scale, seed: seed)
        try batch.run("degrading", messages) { settings, isCanceled, tell in
            try degrading.run(settings, telling: tell, isCanceled: isCanceled)
        }
    }
}
