import ArgumentParser
import Atelier
import ConditionalGAN

/// `atelier train cgan`.
struct TrainConditionalGANCommand: GeneratorTrainingCommand {
    static let configuration = CommandConfiguration(
        commandName: "cgan",
        abstract: "Train a generator of images of a requested class.",
        discussion: """
            The images need classes: one folder for each, with the name of the class.

            Examples:
              atelier train cgan --data flowers/ --out run
              atelier train cgan --data /usr/share/datasets/fashion-mnist --out run
              atelier train cgan --data flowers/ --only rose --only tulip --size 64 --mirror --out run
              atelier train cgan --out run --resume
            """)

    @OptionGroup(title: "Images") var data: DataOptions
    @OptionGroup(title: "Run") var runOptions: RunOptions
    @OptionGroup(title: "Measuring") var measuring: EvaluatorOptions

    @Option(help: architectureHelp)
    var arch: String?

    @Option(
        help: ArgumentHelp(
            "The same as --arch projection or concatenation: how the class reaches DCGAN's networks (Miyato & Koyama, "
                + "or Mirza & Osindero).", valueName: "name"))
    var conditioning: ConditionalGANConfiguration.Conditioning?

    @Option(help: ArgumentHelp("Length of the label's embedding, for concatenation.", valueName: "n"))
    var embedding: Int?

    @Flag(
        inversion: .prefixedNo,
        help: "Also show the discriminator real images with wrong classes, as if they were generated. [fastgan: yes]")
    var matchClasses: Bool?

    @OptionGroup(title: "Training") var training: AdversarialOptions
    @OptionGroup(title: "Training with --arch stylegan2") var styles: StyleOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    static let usesClasses = true
    static let images = "--all-classes --count 8"

    func validate() throws {
        try checkArchitecture(alsoGiven: conditioning.map { _ in "--conditioning" })
        if let embedding, embedding < 1 { throw ValidationError("--embedding must be at least 1.") }
    }

    func apply(to configuration: inout some AdversarialFamily) {
        training.apply(to: &configuration)
        configuration.training.matchesClasses = matchClasses ?? configuration.training.matchesClasses
    }

    func run() throws {
        let suited = try suited(ownOption: conditioning != nil || embedding != nil)
        if try trainsAnotherFamily(than: ConditionalGANConfiguration.self, suited: suited) { return }
        var options = ConditionalGAN.Options()
        options.images = data.selection
        options.conditioning = conditioning ?? chosenArchitecture.flatMap { .init(rawValue: $0.id) }
        options.evaluator = measuring.evaluator(every: runOptions.evaluateEvery)
        options.adjust = { configuration in
            configuration.embeddingSize = embedding ?? configuration.embeddingSize
            apply(to: &configuration)
        }
        try runOptions.train(
            ConditionalGAN.self, kind: "cgan", on: data.data, options, because: suited?.reason, output: output,
            next: next)
    }
}

extension ConditionalGANConfiguration.Conditioning: ExpressibleByArgument {}
