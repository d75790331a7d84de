import ArgumentParser
import ImageData
import Pix2Pix

/// The images of two kinds to train on, their form, and the losses that couple the two translators.
struct UnpairedOptions: ParsableArguments {
    @Option(
        name: [.long, .customLong("dataroot")],
        help: ArgumentHelp(
            "The images: trainA/ and trainB/ (testA/ and testB/ are shown), or A/ and B/, with any number of images "
                + "in each.", valueName: "dir"))
    var data: String?

    @Option(help: ArgumentHelp("Which kind is called A: AtoB (the folder A) or BtoA.", valueName: "way"))
    var direction: PairDirection?

    @OptionGroup var frame: FrameOptions

    @Option(
        name: [.customLong("lambda-a"), .customLong("lambda-A")],
        help: ArgumentHelp(
            "Weight of the loss between an image of A and its translation to B and back. [10]", valueName: "λ"))
    var lambdaA: Float?

    @Option(
        name: [.customLong("lambda-b"), .customLong("lambda-B")],
        help: ArgumentHelp(
            "Weight of the loss between an image of B and its translation to A and back. [10]", valueName: "λ"))
    var lambdaB: Float?

    @Option(
        name: [.customLong("lambda-identity"), .customLong("lambda-idt")],
        help: ArgumentHelp(
            "Weight, relative to λ, of changes in an image that already has the target kind; 0 is off. [0.5]",
            valueName: "weight"))
    var identity: Float?

    @Option(
        help: ArgumentHelp("The number of earlier translations that the discriminator sees again. [50]", valueName: "n")
    )
    var poolSize: Int?

    func validate() throws {
        try NumberCheck.weights(["lambda-a": lambdaA, "lambda-b": lambdaB, "lambda-identity": identity])
        if let poolSize, !(0...10_000).contains(poolSize) {
            throw ValidationError("--pool-size must be from 0 to 10000, not \(poolSize).")
        }
    }

    /// Applies the given options.
    func apply(to model: inout CycleGANConfiguration) {
        model.cycle.weightA = lambdaA ?? model.cycle.weightA
        model.cycle.weightB = lambdaB ?? model.cycle.weightB
        model.cycle.identityWeight = identity ?? model.cycle.identityWeight
        model.poolSize = poolSize ?? model.poolSize
    }
}
