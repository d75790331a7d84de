import Foundation
import ImageFiles

extension Workplace {
    /// Writes an image, and its folder where it is missing.
    func write(_ image: Image, to name: String) throws {
        let file = path + "/" + name
        try FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: file).deletingLastPathComponent().path, withIntermediateDirectories: true)
        try image.write(to: file)
    }

    /// The outline of a square on white, and the square filled with a color.
    static func pair(_ number: Int, side: Int = 16) -> (drawing: Image, colors: Image) {
        let (low, high) = (2 + number % 3, side - 3 - number % 4)
        let color: [UInt8] = [UInt8(40 * (number % 6)), 90, UInt8(250 - 30 * (number % 6))]
        var (drawing, colors): ([UInt8], [UInt8]) = ([], [])
        for y in 0..<side {
            for x in 0..<side {
                let isInside = (low...high).contains(x) && (low...high).contains(y)
                let isLine = isInside && (x == low || x == high || y == low || y == high)
                drawing += [UInt8](repeating: isLine ? 0 : 255, count: 3)
                colors += isLine ? [0, 0, 0] : isInside ? color : [255, 255, 255]
            }
        }
        return (
            Image(width: side, height: side, channels: 3, samples8: drawing),
            Image(width: side, height: side, channels: 3, samples8: colors)
        )
    }

    /// Several of them in one image, from left to right.
    static func beside(_ images: [Image]) -> Image {
        let (width, height) = (images[0].width, images[0].height)
        var samples: [UInt8] = []
        for y in 0..<height {
            for image in images {
                guard case .bits8(let own) = image.samples else { continue }
                samples += own[(3 * width * y)..<(3 * width * (y + 1))]
            }
        }
        return Image(width: width * images.count, height: height, channels: 3, samples8: samples)
    }

    /// A pair in one image.
    static func whole(_ number: Int, side: Int = 16) -> Image {
        let pair = pair(number, side: side)
        return beside([pair.drawing, pair.colors])
    }

    /// The training of a translator that takes moments.
    func translatorTraining(_ data: String, out: String = "run", _ more: String...) -> [String] {
        [
            "train", "pix2pix", "--data", data, "--out", out, "--steps", "3", "--ngf", "4", "--ndf", "4", "--patch",
            "16",
            "--crop-size", "16", "--log-every", "1", "--sample-every", "0", "--seed", "2",
        ] + more
    }
}
