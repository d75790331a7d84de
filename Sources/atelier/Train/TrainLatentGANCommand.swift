import ArgumentParser
import Atelier
import Training

/// `atelier train` for a family of adversarial pairs without options of its own.
struct TrainLatentGANCommand<Family: AdversarialFamily>: ComputingCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: Family.kind,
            abstract: Family.summary,
            discussion: """
                Examples:
                  atelier train \(Family.kind) --data photos/ --out run
                  atelier train \(Family.kind) --out run --resume
                """)
    }

    @OptionGroup(title: "Images") var data: DataOptions
    @OptionGroup(title: "Run") var runOptions: RunOptions
    @OptionGroup(title: "Measuring") var measuring: EvaluatorOptions
    @OptionGroup(title: "Training") var training: AdversarialOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    var usualKernels: KernelSelection { .measured }

    func run() throws {
        var options = LatentGAN<Family>.Options()
        options.images = data.selection
        options.evaluator = measuring.evaluator
        options.adjust = { training.apply(to: &$0) }
        let images = Family.needsClasses ? "--all-classes --count 8" : "--count 16"
        try runOptions.train(
            LatentGAN<Family>.self, kind: Family.kind, on: data.data, options, output: output,
            next: ["generate --model MODEL \(images) --grid sheet.png"])
    }
}
