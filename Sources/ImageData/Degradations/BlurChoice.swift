/// The blurs to choose from.
struct BlurChoice: Sendable {
    /// The share of low-pass filters; the rest are Gaussians and their relatives.
    var sincShare: Float = 0.1
    /// Standard deviations, in pixels.
    var deviations: ClosedRange<Float>
    /// Exponents of the generalized Gaussian; values below and above 1 are equally likely.
    var generalizedBeta: ClosedRange<Float> = 0.5...4
    /// Exponents of the plateau.
    var plateauBeta: ClosedRange<Float> = 1...2

    /// Sides of all kernels.
    static let sides = Array(stride(from: 7, through: 21, by: 2))

    private enum Family: CaseIterable {
        case round, oval, roundGeneralized, ovalGeneralized, roundPlateau, ovalPlateau

        static let shares: [Float] = [0.45, 0.25, 0.12, 0.03, 0.12, 0.03]
        var isOval: Bool { self == .oval || self == .ovalGeneralized || self == .ovalPlateau }
    }

    func kernel(_ dice: Dice) -> BlurKernel {
        let side = dice.pick(Self.sides)
        if dice.chance(sincShare) { return Self.sinc(side: side, dice) }
        let family = dice.pick(Family.allCases, shares: Family.shares)
        let first = Double(dice.uniform(deviations))
        let second = family.isOval ? Double(dice.uniform(deviations)) : first
        let angle = family.isOval ? Double(dice.uniform(-Float.pi...Float.pi)) : 0
        let profile: BlurKernel.Profile =
            switch family {
            case .round, .oval: .gaussian
            case .roundGeneralized, .ovalGeneralized: .generalized(beta: beta(generalizedBeta, dice))
            case .roundPlateau, .ovalPlateau: .plateau(beta: beta(plateauBeta, dice))
            }
        return BlurKernel(profile, side: side, deviations: (first, second), angle: angle)
    }

    /// A low-pass filter; small kernels are too coarse for the lowest cutoffs.
    static func sinc(side: Int, _ dice: Dice) -> BlurKernel {
        let least: Float = side < 13 ? .pi / 3 : .pi / 5
        return BlurKernel(sincSide: side, cutoff: Double(dice.uniform(least...Float.pi)))
    }

    private func beta(_ range: ClosedRange<Float>, _ dice: Dice) -> Double {
        let isLow = dice.chance(0.5)
        return Double(dice.uniform(isLow ? range.lowerBound...1 : 1...range.upperBound))
    }
}
