import ArgumentParser
import Atelier
import Pix2Pix

/// `atelier train cyclegan`.
struct TrainCycleGANCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "cyclegan",
        abstract: "Train two translators, there and back, on images of two kinds that are no pairs.",
        discussion: """
            Two folders are enough: trainA/ and trainB/, or A/ and B/, with as many images as there are of each. The \
            model's folder holds the translator from A to B; “--direction BtoA” takes the one back.

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
            "Start from both generators of a model that was trained so; the discriminators are new.", valueName: "model"
        ))
    var from: String?

    @OptionGroup(title: "Run") var runOptions: RunOptions
    @OptionGroup(title: "Networks and training") var training: TranslatorOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        if from != nil, runOptions.resume {
            throw ValidationError("--from starts a new run; --resume goes on with one: give either.")
        }
    }

    var usualKernels: KernelSelection { .measured }

    func run() throws {
        var options = CycleGAN.Options(steps: nil) { model in
            training.apply(to: &model)
            images.apply(to: &model)
        }
        options.direction = images.direction
        options.format = images.frame.format
        options.course = training.course
        options.start = from
        try runOptions.train(CycleGAN.self, kind: "cyclegan", on: images.data, options, output: output)
    }
}
