import Foundation
import ImageFiles
import TestSupport
import Testing

@testable import Film

@Suite struct NUTTests {
    private static func file(_ stream: NUTStream, times: [Int], _ frames: [[UInt8]]) -> [UInt8] {
        let writer = NUTWriter(stream: stream)
        return zip(times, frames).reduce(writer.start) { $0 + writer.header(time: $1.0) + $1.1 }
    }

    private static func reader(_ bytes: [UInt8], _ layout: RawLayout) throws -> NUTReader? {
        var rest = bytes[...]
        return try NUTReader(layout) { target in
            // As pipes do: a few bytes at a time.
            let part = rest.prefix(min(target.count, 1000))
            target.copyBytes(from: part)
            rest = rest.dropFirst(part.count)
            return part.count
        }
    }

    @Test(arguments: RawLayout.allCases) func whatIsWrittenIsRead(_ layout: RawLayout) throws {
        let stream = NUTStream(
            width: 40, height: 30, layout: layout, timeBase: Fraction(1001, 30_000), pixelAspect: Fraction(4, 3))
        let times = [0, 1, 5, 6, 300, 1_000_000_007]
        let frames = times.indices.map { frame in
            (0..<stream.frameBytes).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ frame) }
        }
        var reader = try #require(try Self.reader(Self.file(stream, times: times, frames), layout))
        #expect(reader.stream == stream)
        var target = [UInt8](repeating: 0, count: stream.frameBytes)
        for (time, frame) in zip(times, frames) {
            let read = try target.withUnsafeMutableBytes { try reader.next(into: $0) }
            #expect(read == time)
            #expect(target == frame)
        }
        #expect(try target.withUnsafeMutableBytes { try reader.next(into: $0) } == nil)
    }

    @Test func whatIsCutOffOrDamagedIsRefused() throws {
        let stream = NUTStream(width: 4, height: 3, layout: .rgb24, timeBase: Fraction(1, 25), pixelAspect: nil)
        let whole = Self.file(stream, times: [0], [[UInt8](repeating: 1, count: stream.frameBytes)])
        for count in 0..<whole.count {
            var target = [UInt8](repeating: 0, count: stream.frameBytes)
            do {
                var reader = try Self.reader(Array(whole.prefix(count)), .rgb24)
                let time = try target.withUnsafeMutableBytes { try reader?.next(into: $0) }
                #expect(time == nil, "\(count) bytes")
            } catch is NUTError {}
        }
        var random = SplitMix(5)
        for place in whole.indices {
            var damaged = whole
            damaged[place] ^= UInt8.random(in: 1...255, using: &random)
            var target = [UInt8](repeating: 0, count: stream.frameBytes)
            do {
                var reader = try Self.reader(damaged, .rgb24)
                guard reader?.stream.frameBytes == stream.frameBytes else { continue }
                while try target.withUnsafeMutableBytes({ try reader?.next(into: $0) }) != nil {}
            } catch is NUTError {}
        }
    }

    @Test(.enabled(if: TestFFmpeg.isThere), arguments: RawLayout.allCases)
    func ffmpegWritesWhatIsReadAndReadsWhatIsWritten(_ layout: RawLayout) throws {
        let place = try TestFilm()
        let path = try place.make(
            "a.nut",
            ["-f", "lavfi", "-i", "testsrc=size=20x12:rate=30000/1001", "-frames:v", "5", "-c:v", "rawvideo"]
                + ["-pix_fmt", layout.rawValue])
        var reader = try #require(try Self.reader(Array(try Data(contentsOf: URL(fileURLWithPath: path))), layout))
        let stream = reader.stream
        #expect(stream.width == 20)
        #expect(stream.height == 12)
        var (times, frames) = ([Int](), [[UInt8]]())
        var target = [UInt8](repeating: 0, count: stream.frameBytes)
        while let time = try target.withUnsafeMutableBytes({ try reader.next(into: $0) }) {
            times.append(time)
            frames.append(target)
        }
        let numbers = times.map { Double($0) * stream.timeBase.value * 30_000 / 1001 }
        #expect(zip(numbers, 0..<5).allSatisfy { abs($0 - Double($1)) < 1e-6 })
        let copy = place.path("b.nut")
        try Data(Self.file(stream, times: times, frames)).write(to: URL(fileURLWithPath: copy))
        #expect(try TestFilm.hashes(copy) == TestFilm.hashes(path))
        #expect(try TestFilm.times(copy) == TestFilm.times(path))
    }
}
