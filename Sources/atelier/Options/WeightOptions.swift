import ArgumentParser
import Atelier
import Reporting

/// Which weights a model may have.
struct WeightOptions: ParsableArguments {
    @Flag(
        help: """
            Use models although some of their weights are not finite (NaN or infinity). Images whose result is not \
            finite still fail.
            """)
    var allowNonfinite = false

    /// The models that are searched, with these weights.
    var store: ModelStore {
        var store = ModelStore.searched
        store.allowsNonFinite = allowNonfinite
        return store
    }
}

extension Model {
    /// Says which of several networks in the model's file is used.
    func tellChoice(_ output: OutputOptions) {
        guard let source, !source.others.isEmpty, !output.quiet, !output.json else { return }
        Console.standardError.line("\(path): \(source.choice)")
    }

    /// Says once for each model, on the first use of it, that its license forbids commercial use.
    func tellLicense(_ output: OutputOptions) {
        guard !output.quiet, !output.json, LicenseTerms.forbidCommercialUse(license) else { return }
        guard SaidOnce.ofUser.map({ $0.note("license of \(path): \(license)") }) ?? true else { return }
        Console.standardError.line("Note: the license of \(name) forbids commercial use: \(license)")
    }

    /// Warns of weights that are copied although they are not finite.
    func warnOfNonFiniteWeights() {
        guard let tensor = nonFiniteTensor else { return }
        Console.standardError.line(
            "Warning: the tensor \(tensor) of \(path) holds numbers that are not finite (NaN or infinity). Commands "
                + "that use the model refuse it without --allow-nonfinite.")
    }
}
