import Models
import Testing

/// Licenses that forbid commercial use are recognized by their names.
@Suite struct LicenseTermsTests {
    @Test(arguments: [
        "CC-BY-NC-4.0", "CC-BY-NC-SA-4.0", "cc by-nc-nd", "Creative Commons Attribution-NonCommercial 4.0",
        "https://creativecommons.org/licenses/by-nc/4.0", "PolyForm-Noncommercial-1.0.0",
        "its author's; NVIDIA's StyleGAN models are for non-commercial use only", "NVIDIA Source Code License",
        "For research use only", "S-Lab License 1.0",
    ])
    func commercialUseIsForbidden(license: String) { #expect(LicenseTerms.forbidCommercialUse(license)) }

    @Test(arguments: [
        "", "Apache-2.0", "MIT", "BSD-3-Clause", "CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0", "GPL-3.0", "Unlicense",
        "commercial license of Nc Studios",
    ])
    func commercialUseIsNotForbidden(license: String) { #expect(!LicenseTerms.forbidCommercialUse(license)) }
}
