import ArgumentParser
import Atelier
import Pix2Pix

/// `atelier train cyclegan`.
struct TrainCycleGANCommand: RunCommand {
    static let configuration = CommandConfiguration(
        commandName: "cyclegan",
        abstract: "Train two translators, in both directions, on images of two kinds without pairs.",
        discussion: """
            Two folders are enough: trainA/ and trainB/, or A/ and B/, with any number of images in each. The model \
            folder holds the translator from A to B; “--direction BtoA” selects the opposite one.

            Examples:
              atelier train cyclegan --data horse2zebra/ --out run
              atelier train cyclegan --data seasons/ --crop-size 128 --ngf 32 --out run
              atelier train cyclegan --data seasons/ --from run --crop-size 256 --out larger
              atelier train cyclegan --out run --resume
              atelier translate photos/ -m run -o out/ --direction BtoA
            """)

    @OptionGroup(title: "Images and losses") var images: UnpairedOptions

    @Option(
        help: ArgumentHelp(
            "Start from both generators of a model trained this way: a name or a folder. The discriminators are "
                + "new.", valueName: "model"
        ))
    var from: String?

    @OptionGroup(title: "Run") var runOptions: RunOptions
    @OptionGroup(title: "Networks and training") var training: TranslatorOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        if from != nil, runOptions.resume {
            throw ValidationError("--from starts a new run, --resume continues one: use only one of them.")
        }
    }

    func run() throws {
        var options = CycleGAN.Options(steps: nil) { model in
            training.apply(to: &model)
            images.apply(to: &model)
        }
        options.direction = images.direction
        options.format = images.frame.format
        options.course = training.course
        options.start = from
        try runOptions.train(
            CycleGAN.self, kind: "cyclegan", on: images.data, options, output: output,
            next: [
                "translate IMAGES -o out/ --model MODEL",
                "translate IMAGES -o out/ --model MODEL --direction BtoA",
            ])
    }
}
