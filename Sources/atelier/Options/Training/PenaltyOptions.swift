import ArgumentParser

/// The penalties on a discriminator's gradients.
struct PenaltyOptions: ParsableArguments {
    @Option(
        name: [.customLong("r1"), .customLong("gamma")],
        help: ArgumentHelp("γ of the R1 penalty, on real images; 0 is off.", valueName: "γ"))
    var r1Gamma: Double?

    @Option(
        name: .customLong("r2"),
        help: ArgumentHelp("γ of the R2 penalty, on generated images; 0 is off.", valueName: "γ"))
    var r2Gamma: Double?

    @Option(help: ArgumentHelp("Steps from one R1 or R2 penalty to the next. [16]", valueName: "n"))
    var r1Interval: Int?

    @Option(help: ArgumentHelp("λ of the gradient penalty of WGAN-GP; 0 is off, 10 is usual.", valueName: "λ"))
    var gradientPenalty: Double?

    func validate() throws {
        try NumberCheck.counts(["r1-interval": r1Interval])
        try NumberCheck.weights(["r1": r1Gamma, "r2": r2Gamma, "gradient-penalty": gradientPenalty])
    }
}
