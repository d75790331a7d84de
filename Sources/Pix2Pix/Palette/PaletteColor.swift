import ImageData

/// A color of a palette, as six hexadecimal digits say it: `ea5a47`.
package struct PaletteColor: Sendable, Hashable {
    /// Levels of red, green and blue.
    package let levels: [UInt8]

    /// A color by its levels.
    package init(red: UInt8, green: UInt8, blue: UInt8) { levels = [red, green, blue] }

    /// Nil for a text that is no color.
    package init?(_ text: String) {
        guard text.utf8.count == 6, text.allSatisfy(\.isHexDigit), let number = UInt32(text, radix: 16) else {
            return nil
        }
        levels = [UInt8(number >> 16 & 255), UInt8(number >> 8 & 255), UInt8(number & 255)]
    }

    /// Six hexadecimal digits.
    package var text: String {
        levels.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The color in CIELAB.
    var lab: CIELab { CIELab(red: levels[0], green: levels[1], blue: levels[2]) }
}
