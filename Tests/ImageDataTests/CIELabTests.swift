import Testing

@testable import ImageData

@Suite struct CIELabTests {
    /// Pairs of the supplementary test data of Sharma, Wu & Dalal 2005: both colors, and their ΔE.
    private static let published: [([Float], [Float], Double)] = [
        ([50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425), ([50, 3.1571, -77.2803], [50, 0, -82.7485], 2.8615),
        ([50, 2.8361, -74.02], [50, 0, -82.7485], 3.4412), ([50, -1.3802, -84.2814], [50, 0, -82.7485], 1),
        ([50, 0, 0], [50, -1, 2], 2.3669), ([50, 2.49, -0.001], [50, -2.49, 0.0009], 7.1792),
        ([50, 2.49, -0.001], [50, -2.49, 0.0011], 7.2195), ([50, -0.001, 2.49], [50, 0.0009, -2.49], 4.8045),
        ([50, 2.5, 0], [50, 0, -2.5], 4.3065), ([50, 2.5, 0], [73, 25, -18], 27.1492),
        ([50, 2.5, 0], [61, -5, 29], 22.8977), ([50, 2.5, 0], [56, -27, -3], 31.903),
        ([50, 2.5, 0], [58, 24, 15], 19.4535),
        ([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644),
    ]

    @Test func differencesAreThePublishedOnes() {
        for (a, b, expected) in Self.published {
            let (a, b) = (CIELab(l: a[0], a: a[1], b: a[2]), CIELab(l: b[0], a: b[1], b: b[2]))
            #expect(abs(a.difference(from: b) - expected) < 2e-4, "\(a) \(b)")
            #expect(abs(b.difference(from: a) - expected) < 2e-4, "\(b) \(a)")
            #expect(a.difference(from: a) == 0)
        }
    }

    @Test func colorsOfSRGBHaveTheirCoordinates() {
        for (levels, expected) in [
            ([255, 255, 255], [100, 0, 0]), ([0, 0, 0], [0, 0, 0]), ([255, 0, 0], [53.24, 80.09, 67.2]),
            ([0, 255, 0], [87.73, -86.18, 83.18]), ([0, 0, 255], [32.3, 79.19, -107.86]),
        ] as [([UInt8], [Float])] {
            let lab = CIELab(red: levels[0], green: levels[1], blue: levels[2])
            for (found, wanted) in zip([lab.l, lab.a, lab.b], expected) { #expect(abs(found - wanted) < 0.02) }
        }
        #expect(CIELab(l: 1, a: 2, b: 3).squaredDistance(to: CIELab(l: 2, a: 4, b: 6)) == 14)
    }
}
