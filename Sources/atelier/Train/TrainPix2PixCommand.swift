import ArgumentParser
import Atelier
import ImageData
import Pix2Pix

/// `atelier train pix2pix`.
struct TrainPix2PixCommand: RunCommand {
    static let configuration = CommandConfiguration(
        commandName: "pix2pix",
        abstract: "Train a translator on pairs: sketch to photo, labels to street, day to night.",
        discussion: """
            Pairs are side by side in one image (A left, B right), stacked (A above B), in twin folders, or photos \
            whose sketches are drawn while training. Folders, proportions and seams say which; --layout overrules \
            them. Without pairs, see “atelier train cyclegan”.

            Examples:
              atelier train pix2pix --data facades/ --direction BtoA --out run
              atelier train pix2pix --data pairs/ --net-g unet_128 --crop-size 128 --out run
              atelier train pix2pix --data portraits/ --layout stacked --out run
              atelier train pix2pix --data photos/ --sketch lines --sketch ink --jitter 1 --out run
              atelier train pix2pix --data photos/ --sketch any --classes --color-hints --out run
              atelier train pix2pix --data pairs/ --from run --crop-size 256 --out larger
              atelier train pix2pix --out run --resume
            """)

    @OptionGroup(title: "Pairs") var pairs: PairOptions

    @Option(
        help: ArgumentHelp(
            "Start from the generator of a model: a name, a folder, or a file of another program. Its network is "
                + "used; the discriminator is new. A FastGAN generator (“atelier train cgan --arch fastgan”) is then "
                + "guided by the drawings.", valueName: "model"))
    var from: String?

    @OptionGroup(title: "Run") var runOptions: RunOptions
    @OptionGroup(title: "Networks and training") var training: TranslatorOptions
    @OptionGroup(title: "Losses on pairs") var pairLosses: PairLossOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        if from != nil, runOptions.resume {
            throw ValidationError("--from starts a new run, --resume continues one: use only one of them.")
        }
    }

    func run() throws {
        var options = Pix2Pix.Options(steps: nil) { model in
            training.apply(to: &model)
            pairLosses.apply(to: &model.training)
        }
        options.direction = pairs.direction
        options.layout = pairs.arrangement.layout
        options.sketches = pairs.sketches
        options.variation = pairs.variation
        options.learnsClasses = pairs.classes
        options.hints = pairs.colorHints ? HintRecipe() : nil
        options.paletteSize = pairLosses.palette
        options.format = pairs.frame.format
        options.course = training.course
        options.start = from
        options.perceptual = pairLosses.perceptualNetwork
        options.projected = pairLosses.projected
        try runOptions.train(
            Pix2Pix.self, kind: "pix2pix", on: pairs.data, options, output: output,
            next: ["translate IMAGES -o out/ --model MODEL"])
    }
}
