import ArgumentParser

/// Checks of numbers that several commands ask for, by what the numbers are. Each takes the names of options and what
/// was given for them, and throws a `ValidationError` that names the option.
enum NumberCheck {
    /// Whole numbers of things.
    static func counts(_ given: KeyValuePairs<String, Int?>, from least: Int = 1) throws {
        try check(given, least == 0 ? "cannot be negative" : "must be at least \(least)") { $0 >= least }
    }

    /// Learning rates.
    static func rates(_ given: KeyValuePairs<String, Double?>) throws {
        try check(given, "must be greater than 0") { $0 > 0 && $0.isFinite }
    }

    /// Weights of losses.
    static func weights<Number: BinaryFloatingPoint>(_ given: KeyValuePairs<String, Number?>) throws {
        try check(given, "cannot be negative") { $0 >= 0 && $0.isFinite }
    }

    /// Decays of moving averages.
    static func decays(_ given: KeyValuePairs<String, Double?>) throws {
        try check(given, "must be from 0 to below 1") { (0..<1).contains($0) }
    }

    private static func check<Number>(
        _ given: KeyValuePairs<String, Number?>, _ words: String, _ fits: (Number) -> Bool
    ) throws {
        for (name, value) in given {
            if let value, !fits(value) { throw ValidationError("--\(name) \(words).") }
        }
    }
}
