import Foundation
import ImageFiles

// Reads lines "input<tab>output" and answers each with "ok", the channels, the bits and the losses, or with the error.
// An output that ends in .raw gets the samples, least significant byte first; others are encoded by their names, a WebP
// without loss.
while let line = readLine() {
    let paths = line.split(separator: "\t").map(String.init)
    do {
        let image = try Image.read(paths[0])
        switch image.samples {
        case _ where !paths[1].hasSuffix(".raw"):
            let isWebP = ImageFormat(path: paths[1]) == .webp
            try image.write(to: paths[1], options: isWebP ? .webp(.init(isLossless: true)) : nil)
        case .bits8(let samples): try Data(samples).write(to: URL(fileURLWithPath: paths[1]))
        case .bits16(let samples):
            try samples.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: paths[1])) }
        }
        let losses = image.metadata.losses.map(\.description).joined(separator: "; ")
        print("ok\t\(image.width)\t\(image.height)\t\(image.channels)\t\(image.bitDepth)\t\(losses)")
    } catch {
        print("error\t\(error)")
    }
    fflush(nil)
}
