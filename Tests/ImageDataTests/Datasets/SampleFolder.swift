import Foundation
import ImageFiles
import Testing

@testable import ImageData

/// A folder that exists for one test.
final class SampleFolder {
    let path: String

    init(named name: String = "set") throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        path = root.appendingPathComponent(name).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: (path as NSString).deletingLastPathComponent) }

    func write(_ bytes: [UInt8], to name: String) throws {
        let file = (path as NSString).appendingPathComponent(name)
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: file))
    }

    func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

    func write(_ image: Image, to name: String) throws {
        try write(image.encoded(as: EncodingOptions(.png)), to: name)
    }

    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(
            atPath: (path as NSString).appendingPathComponent(name), withIntermediateDirectories: true)
    }

    /// An IDX pair in which every pixel of image `i` is `i * 7 % 256` and its label `i % classes`.
    func writeIDX(split: String = "train", count: Int = 20, side: Int = 4, classes: Int = 10) throws {
        let images = (0..<count).flatMap { [UInt8](repeating: UInt8($0 * 7 % 256), count: side * side) }
        try write(idx([count, side, side], images), to: "\(split)-images-idx3-ubyte")
        try write(idx([count], (0..<count).map { UInt8($0 % classes) }), to: "\(split)-labels-idx1-ubyte")
    }
}

func idx(_ extents: [Int], _ values: [UInt8]) -> [UInt8] {
    [0, 0, 8, UInt8(extents.count)]
        + extents.flatMap { extent in [24, 16, 8, 0].map { UInt8(extent >> $0 & 255) } } + values
}

func plainImage(_ width: Int, _ height: Int, _ pixel: [UInt8]) -> Image {
    Image(
        width: width, height: height, channels: pixel.count,
        samples8: (0..<width * height).flatMap { _ in pixel })
}

/// The error that something throws.
func failure(_ body: () throws -> Void) -> (any Error)? {
    do {
        try body()
        return nil
    } catch {
        return error
    }
}
