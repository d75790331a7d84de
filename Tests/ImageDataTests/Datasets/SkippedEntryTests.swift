import Foundation
import ImageFiles
import Memory
import Synchronization
import Testing

@testable import ImageData

/// Images that cannot be read now, or never.
@Suite struct SkippedEntryTests {
    private struct Broken: Error {}
    private static let lack = OutOfMemory(wanted: 1 << 30, setting: "this test", bytes: 1 << 20)

    /// Images of one pixel, of which one fails as long as it has errors.
    private struct Moody: ImageDataset {
        let path = "moody"
        let layout = DatasetLayout.flatFolder
        let split = DatasetSplit.train
        let count = 3
        let classNames: [String] = []
        let channels = 1
        let imageSize: ImageSize? = ImageSize(width: 1, height: 1)
        let typicalSize = ImageSize(width: 1, height: 1)
        let notes: [String] = []
        let errors: Errors

        func image(_ index: Int) throws -> Image {
            if index == 1, let error = errors.next() { throw error }
            return Image(width: 1, height: 1, channels: 1, samples8: [UInt8(index)])
        }
        func label(_: Int) -> Int { 0 }
        func name(_ index: Int) -> String { "\(index)" }
        func byteCount(_: Int) -> Int { 1 }
    }

    private final class Errors: Sendable {
        private let left: Mutex<[any Error]>
        init(_ errors: [any Error]) { left = Mutex(errors) }
        func next() -> (any Error)? { left.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
    }

    @Test func aLackOfMemoryDoesNotBreakAnImage() throws {
        let images = FramedImages(
            Moody(errors: Errors([Self.lack, ImageError.outOfMemory(file: "1", Self.lack)])),
            frame: ImageFrame(width: 1, height: 1, channels: 1), cacheBytes: 0)
        #expect(images.planes(1) == nil && images.planes(1) == nil)
        #expect(images.planes(1) == [1])
        #expect(images.warnings.count == 1)
    }

    @Test func aBrokenImageStaysBroken() throws {
        let images = FramedImages(
            Moody(errors: Errors([Broken()])), frame: ImageFrame(width: 1, height: 1, channels: 1), cacheBytes: 0)
        #expect(images.planes(1) == nil && images.planes(1) == nil)
        #expect(try images.usable(after: 0).index == 2)
        #expect(images.warnings.count == 1)
    }

    @Test func entriesAreTriedAgainWhenThereIsMemory() throws {
        let errors = Errors([Self.lack])
        let entries = KeptEntries<Int>(of: 3, capacity: 0) { index in
            if index == 1, let error = errors.next() { throw error }
            return index
        }
        #expect(try entries.usable(from: 1)?.index == 2)
        #expect(try entries.usable(from: 1)?.index == 1)
        let none = KeptEntries<Int>(of: 2, capacity: 0) { _ in throw Self.lack }
        #expect(throws: Self.lack) { try none.usable(from: 0) }
    }
}
