import ArgumentParser
import ImageData
import Pix2Pix

/// Which images of two kinds to learn from, in what form, and what holds the two translators together.
struct UnpairedOptions: ParsableArguments {
    @Option(
        name: [.long, .customLong("dataroot")],
        help: ArgumentHelp(
            "The images: trainA/ and trainB/ (testA/ and testB/ are shown), or A/ and B/, with as many as there are "
                + "of each.", valueName: "dir"))
    var data: String?

    @Option(help: ArgumentHelp("Which kind is called A: AtoB (the folder A) or BtoA.", valueName: "way"))
    var direction: PairDirection?

    @OptionGroup var frame: FrameOptions

    @Option(
        name: [.customLong("lambda-a"), .customLong("lambda-A")],
        help: ArgumentHelp("Weight of what is lost of an image of A on its way to B and back. [10]", valueName: "λ"))
    var lambdaA: Float?

    @Option(
        name: [.customLong("lambda-b"), .customLong("lambda-B")],
        help: ArgumentHelp("Weight of what is lost of an image of B on its way to A and back. [10]", valueName: "λ"))
    var lambdaB: Float?

    @Option(
        name: [.customLong("lambda-identity"), .customLong("lambda-idt")],
        help: ArgumentHelp(
            "Weight, relative to λ, of what changes in an image that is of the right kind already; 0 is off. [0.5]",
            valueName: "weight"))
    var identity: Float?

    @Option(help: ArgumentHelp("Translations kept to be shown to the discriminator again. [50]", valueName: "n"))
    var poolSize: Int?

    func validate() throws {
        try TranslatorOptions.checkWeights(
            [("lambda-a", lambdaA), ("lambda-b", lambdaB), ("lambda-identity", identity)])
        if let poolSize, !(0...10_000).contains(poolSize) {
            throw ValidationError("--pool-size has to be from 0 to 10000, not \(poolSize).")
        }
    }

    /// Puts what was given in its place.
    func apply(to model: inout CycleGANConfiguration) {
        model.cycle.weightA = lambdaA ?? model.cycle.weightA
        model.cycle.weightB = lambdaB ?? model.cycle.weightB
        model.cycle.identityWeight = identity ?? model.cycle.identityWeight
        model.poolSize = poolSize ?? model.poolSize
    }
}
