import ArgumentParser
import Atelier
import Models
import StyleGAN
import Training

/// A command that trains generators of any architecture: `train gan`, and with classes, `train cgan`.
protocol GeneratorTrainingCommand: RunCommand {
    var data: DataOptions { get }
    var measuring: EvaluatorOptions { get }
    /// The name of the architecture.
    var arch: String? { get }
    var training: AdversarialOptions { get }
    var styles: StyleOptions { get }

    /// Whether images of a class are asked for.
    static var usesClasses: Bool { get }
    /// The options of `generate` for a first look.
    static var images: String { get }

    /// Applies the options that every architecture has.
    func apply(to configuration: inout some AdversarialFamily)
}

extension GeneratorTrainingCommand {
    /// Applies the options of the training.
    func apply(to configuration: inout some AdversarialFamily) { training.apply(to: &configuration) }

    /// The help of `--arch`.
    static var architectureHelp: ArgumentHelp {
        ArgumentHelp(
            "The networks. " + GeneratorChoice.descriptions(classes: usesClasses).joined(separator: "; ")
                + ". Default: what suits the images; the run says what.",
            valueName: "name")
    }

    /// What the command suggests when it ends.
    var next: [String] { ["generate --model MODEL \(Self.images) --grid sheet.png"] }

    private var choice: GeneratorChoice? { arch.flatMap { GeneratorChoice(named: $0, classes: Self.usesClasses) } }

    /// The architecture that was asked for.
    var chosenArchitecture: Architecture? { choice?.architecture }

    /// Refuses a name that no architecture has.
    ///
    /// - Parameter other: an option that was given and says the same.
    func checkArchitecture(alsoGiven other: String?) throws {
        if training.projected != nil, !runOptions.resume, choice?.family.isProjected != true {
            let names = GeneratorChoice.projectedNames(classes: Self.usesClasses).joined(separator: " or ")
            throw ValidationError("--projected works with --arch \(names).")
        }
        guard let arch else { return }
        if let other { throw ValidationError("--arch and \(other) say the same; give one of them.") }
        if choice == nil {
            let names = GeneratorChoice.names(classes: Self.usesClasses).joined(separator: ", ")
            throw ValidationError("--arch \(arch) is unknown; there are \(names).")
        }
    }

    /// What suits the images of a new run for which no networks were asked for; nil if some were.
    ///
    /// - Parameter ownOption: whether an option was given that only the command's own family has.
    func suited(ownOption: Bool) throws -> SuitedGenerator? {
        guard let path = data.data, arch == nil, !ownOption, !runOptions.resume else { return nil }
        do {
            return try SuitedGenerator(for: data.selection, at: path, classes: Self.usesClasses, in: .searched)
        } catch let error as DatasetError {
            throw Failure(error.words)
        }
    }

    /// Trains a family that has no options of its own, if one was asked for, suits the images, or is that of the run
    /// that goes on.
    ///
    /// - Parameters:
    ///   - own: the family that the command trains otherwise.
    ///   - suited: what suits the images.
    func trainsAnotherFamily(than own: any AdversarialFamily.Type, suited: SuitedGenerator?) throws -> Bool {
        let recorded = runOptions.resume ? GeneratorChoice(of: RunFolder(runOptions.out)) : nil
        if let recorded, !recorded.family.classes.allows(classes: Self.usesClasses) {
            throw UsageError(
                "\(runOptions.out) trains \(recorded.family.kind): "
                    + "continue it with “atelier train \(Self.usesClasses ? "gan" : "cgan")”.")
        }
        if let recorded, let choice, recorded.family != choice.family {
            let wanted = arch ?? "another"
            throw UsageError("\(runOptions.out) trains \(recorded.family.kind), which cannot become \(wanted).")
        }
        let family = (recorded ?? choice ?? suited?.choice)?.family ?? own
        if let option = styles.given.first, family != StyleGANConfiguration.self {
            throw UsageError("\(option) belongs to --arch stylegan2.")
        }
        guard family != own else { return false }
        try train(family, because: suited?.reason)
        return true
    }

    private func train<Family: AdversarialFamily>(_ family: Family.Type, because reason: String?) throws {
        var options = LatentGAN<Family>.Options()
        options.images = data.selection
        options.architecture = chosenArchitecture
        options.usesClasses = Self.usesClasses
        options.evaluator = measuring.evaluator(every: runOptions.evaluateEvery)
        options.adjust = { configuration in
            apply(to: &configuration)
            styles.apply(to: &configuration)
        }
        try runOptions.train(
            LatentGAN<Family>.self, kind: Self.configuration.commandName ?? Family.kind, on: data.data, options,
            because: reason, output: output, next: next)
    }
}
