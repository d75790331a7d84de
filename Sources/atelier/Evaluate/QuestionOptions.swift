import ArgumentParser
import Atelier

/// What is asked about generated images besides their quality.
struct QuestionOptions: ParsableArguments {
    @Flag(help: "Measure whether generated images help to train a classifier. The data need a test part.")
    var augmentation = false

    @Flag(help: "Measure whether the generator repeats the images that it learned from, which --data names.")
    var memorization = false

    @Option(
        help: ArgumentHelp(
            "At most so many training images of each class, spread over it, as in “atelier train”.", valueName: "n"))
    var limitPerClass: Int?

    @Option(
        help: ArgumentHelp(
            "With --augmentation: generated images of each class. Default: as many as real ones.", valueName: "n"))
    var perClass: Int?

    @Option(help: ArgumentHelp("With --augmentation: trainings on each set. [5]", valueName: "n"))
    var runs: Int?

    @Option(
        help: ArgumentHelp(
            "With --augmentation: steps of each training, of 64 images. Default: 60 epochs of the real images, but from "
                + "300 to 3000 steps.", valueName: "n"))
    var steps: Int?

    @Flag(
        name: [.long, .customLong("no-flip")],
        help: "With --augmentation: do not mirror images, for classes such as letters whose sides matter.")
    var noMirror = false

    func validate() throws {
        if augmentation, memorization { throw ValidationError("Use either --augmentation or --memorization.") }
        for (name, value) in [
            ("limit-per-class", limitPerClass), ("per-class", perClass), ("runs", runs), ("steps", steps),
        ] {
            guard let value else { continue }
            if value < 1 { throw ValidationError("--\(name) must be at least 1.") }
            if value > SeedList.limit { throw ValidationError("--\(name) is at most \(SeedList.limit).") }
            if !augmentation, name != "limit-per-class" {
                throw ValidationError("--\(name) is for --augmentation.")
            }
        }
        if noMirror, !augmentation { throw ValidationError("--no-mirror is for --augmentation.") }
        if limitPerClass != nil, question == .quality {
            throw ValidationError("--limit-per-class is for --augmentation and --memorization.")
        }
    }

    /// What is asked.
    var question: EvaluationOptions.Question {
        augmentation ? .augmentation : memorization ? .memorization : .quality
    }

    /// The names of the given flags.
    var given: [String] {
        [augmentation ? "--augmentation" : nil, memorization ? "--memorization" : nil].compactMap { $0 }
    }

    /// Puts what was asked for in its place.
    func apply(to options: inout EvaluationOptions) {
        options.question = question
        options.limitPerClass = limitPerClass
        options.perClass = perClass
        options.runs = runs ?? options.runs
        options.trainingSteps = steps
        options.mirrors = !noMirror
    }
}
