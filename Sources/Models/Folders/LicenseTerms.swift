/// What the name or the text of a license says about the use of weights.
public enum LicenseTerms {
    /// Whether a license forbids commercial use, by its usual names: Creative Commons with NC, “NonCommercial”, licenses
    /// for research alone, NVIDIA's source code license.
    ///
    ///     LicenseTerms.forbidCommercialUse("CC-BY-NC-SA-4.0")     // true
    ///     LicenseTerms.forbidCommercialUse("Apache-2.0")          // false
    public static func forbidCommercialUse(_ license: String) -> Bool {
        let words = license.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
        let text = " " + words.joined(separator: " ") + " "
        if zip(words, words.dropFirst()).contains(where: { $0 == "by" && $1 == "nc" }) { return true }
        return phrases.contains { text.contains(" \($0) ") }
    }

    private static let phrases = [
        "noncommercial", "non commercial", "noncommercially", "not commercial", "no commercial", "cc nc", "by nc",
        "research only", "research use only", "research purposes only", "academic use only", "personal use only",
        "nvidia source code license", "nscl", "nvidia research", "s lab license",
    ]
}
