import Glibc

/// A color in CIELAB, in which distances are about as large as they look. The white is D65, as in sRGB.
package struct CIELab: Sendable, Hashable {
    /// Lightness from 0 (black) to 100 (white).
    package var l: Float
    /// From green (negative) to red.
    package var a: Float
    /// From blue (negative) to yellow.
    package var b: Float

    /// A color by its coordinates.
    package init(l: Float, a: Float, b: Float) { (self.l, self.a, self.b) = (l, a, b) }

    /// A color of sRGB.
    ///
    /// - Parameters:
    ///   - red, green, blue: levels from 0 to 255.
    package init(red: UInt8, green: UInt8, blue: UInt8) {
        let (r, g, b) = (Self.linear[Int(red)], Self.linear[Int(green)], Self.linear[Int(blue)])
        let x = Self.compressed((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047)
        let y = Self.compressed(0.2126729 * r + 0.7151522 * g + 0.0721750 * b)
        let z = Self.compressed((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883)
        self.init(l: 116 * y - 16, a: 500 * (x - y), b: 200 * (y - z))
    }

    /// Light for each level of sRGB.
    private static let linear = (0..<256).map { level -> Float in
        let value = Float(level) / 255
        return value <= 0.04045 ? value / 12.92 : powf((value + 0.055) / 1.055, 2.4)
    }

    private static func compressed(_ t: Float) -> Float {
        t > 216.0 / 24389 ? cbrtf(t) : (24389.0 / 27 * t + 16) / 116
    }

    /// The square of the Euclidean distance (CIE 1976).
    package func squaredDistance(to other: CIELab) -> Float {
        let (dl, da, db) = (l - other.l, a - other.a, b - other.b)
        return dl * dl + da * da + db * db
    }
}

extension CIELab {
    /// The color difference ΔE of CIEDE2000 (Sharma, Wu & Dalal 2005, "The CIEDE2000 color-difference formula:
    /// implementation notes, supplementary test data, and mathematical observations"). About 1 is just visible.
    package func difference(from other: CIELab) -> Double {
        let (l1, a1, b1) = (Double(l), Double(a), Double(b))
        let (l2, a2, b2) = (Double(other.l), Double(other.a), Double(other.b))
        func squared(_ x: Double) -> Double { x * x }
        func seventh(_ x: Double) -> Double { pow(x, 7) }
        let full = seventh(25)
        let meanOfChroma = ((a1 * a1 + b1 * b1).squareRoot() + (a2 * a2 + b2 * b2).squareRoot()) / 2
        let g = 0.5 * (1 - (seventh(meanOfChroma) / (seventh(meanOfChroma) + full)).squareRoot())
        let (x1, x2) = ((1 + g) * a1, (1 + g) * a2)
        let (c1, c2) = ((x1 * x1 + b1 * b1).squareRoot(), (x2 * x2 + b2 * b2).squareRoot())
        func angle(_ y: Double, _ x: Double) -> Double {
            guard x != 0 || y != 0 else { return 0 }
            let angle = atan2(y, x) * 180 / .pi
            return angle < 0 ? angle + 360 : angle
        }
        let (h1, h2) = (angle(b1, x1), angle(b2, x2))
        let isGray = c1 * c2 == 0
        var turn = isGray ? 0 : h2 - h1
        if turn > 180 { turn -= 360 } else if turn < -180 { turn += 360 }
        func radians(_ degrees: Double) -> Double { degrees * .pi / 180 }
        let (dl, dc, dh) = (l2 - l1, c2 - c1, 2 * (c1 * c2).squareRoot() * sin(radians(turn / 2)))

        let (meanL, meanC) = ((l1 + l2) / 2, (c1 + c2) / 2)
        var meanH = h1 + h2
        if !isGray {
            meanH = abs(h1 - h2) <= 180 ? meanH / 2 : meanH < 360 ? (meanH + 360) / 2 : (meanH - 360) / 2
        }
        let t =
            1 - 0.17 * cos(radians(meanH - 30)) + 0.24 * cos(radians(2 * meanH))
            + 0.32 * cos(radians(3 * meanH + 6)) - 0.2 * cos(radians(4 * meanH - 63))
        let rotation = 30 * exp(-squared((meanH - 275) / 25))
        let rc = 2 * (seventh(meanC) / (seventh(meanC) + full)).squareRoot()
        let sl = 1 + 0.015 * squared(meanL - 50) / (20 + squared(meanL - 50)).squareRoot()
        let (sc, sh) = (1 + 0.045 * meanC, 1 + 0.015 * meanC * t)
        let (tl, tc, th) = (dl / sl, dc / sc, dh / sh)
        return max(tl * tl + tc * tc + th * th - sin(radians(2 * rotation)) * rc * tc * th, 0).squareRoot()
    }
}
