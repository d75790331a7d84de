import Foundation
import ImageFiles
import TestSupport
import Testing

extension ProgramTests {
    /// What the shipped models make is what they made when `Fixtures/ShippedModels/expected.json` was recorded.
    @Suite struct ShippedModelTests {
        private let place: Workplace
        private let record: Record

        init() throws {
            place = try Workplace()
            record = try Self.decoded(Record.self, "expected.json")
        }

        private struct Cases: Decodable {
            struct Step: Decodable {
                var copies: [String: String]?
                var arguments: [String]
                /// Arguments that version 0.1.0 does not know.
                var later: [String]?
                var images: [String]?
                var numbers: [String]?
            }
            var steps: [Step]
        }

        private struct Record: Decodable {
            struct Exact: Decodable {
                var images: [String: String]
                var numbers: [String: Double]
            }
            struct Thumbnail: Decodable {
                var width: Int
                var height: Int
                var channels: Int
                /// Means of 16 × 16 boxes, two hexadecimal digits each.
                var means: String
            }
            var exact: [String: Exact]
            var thumbnails: [String: Thumbnail]
            var numbers: [String: Double]
        }

        private static func decoded<T: Decodable>(_ type: T.Type, _ name: String) throws -> T {
            try JSONDecoder().decode(type, from: Fixtures.data("ShippedModels/" + name))
        }

        private func filled(_ text: String) -> String {
            text.replacing("{datasets}", with: Fixtures.packageFolder + "/Datasets")
                .replacing("{here}", with: Fixtures.path("ShippedModels"))
        }

        /// Bits depend on the instructions that the kernels use and on the compiler, not on the number of threads nor
        /// on the version of oneDNN, which none of these models needs.
        private static var signature: String? {
            #if compiler(>=6.3) && compiler(<6.4) && arch(x86_64) && os(Linux)
                guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
                    let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") })
                else { return nil }
                let flags = Set(line.split(separator: " "))
                let level =
                    if flags.isSuperset(of: ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]) {
                        "x86-64-v4"
                    } else if flags.isSuperset(of: ["avx2", "fma", "bmi1", "bmi2", "f16c", "movbe"]) {
                        "x86-64-v3"
                    } else {
                        "x86-64"
                    }
                return level + ", Swift 6.3"
            #else
                return nil
            #endif
        }

        @Test func shippedModelsMakeWhatTheyMade() throws {
            let steps = try Self.decoded(Cases.self, "cases.json").steps
            let exact = Self.signature.flatMap { record.exact[$0] }
            var compared = 0
            for step in steps {
                for (target, source) in step.copies ?? [:] {
                    let source = URL(filePath: filled(source), relativeTo: URL(filePath: place.path + "/"))
                    try place.write(Image.read(source.path), to: target)
                }
                let result = try Program.run(
                    step.arguments.map(filled) + (step.later ?? []), in: place.path,
                    environment: ["ATELIER_MODELS": Fixtures.packageFolder + "/Models"])
                try #require(result.status == 0, "\(step.arguments): \(result.errors)")
                for name in step.images ?? [] {
                    let image = try Image.read(place.path + "/" + name)
                    if let exact {
                        #expect(image.digest == exact.images[name], "\(name)")
                    } else {
                        #expect(difference(image, from: try #require(record.thumbnails[name])) == nil, "\(name)")
                    }
                    compared += 1
                }
                guard let keys = step.numbers else { continue }
                let report = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
                for key in keys {
                    let name = (step.arguments + [key]).joined(separator: " ")
                    let value = try #require(report?[key] as? Double, "\(name)")
                    let expected = try #require((exact?.numbers ?? record.numbers)[name])
                    // Two readers of JSON may differ in the last bit. Where there are fewer images than features, the
                    // smallest eigenvalues in a Fréchet distance are rounding errors.
                    let tolerance = exact == nil ? 0.01 : key.hasPrefix("frechet") ? 1e-5 : 1e-14
                    #expect(abs(value - expected) <= tolerance * abs(expected), "\(name): \(value), once \(expected)")
                    compared += 1
                }
            }
            #expect(compared == record.thumbnails.count + record.numbers.count)
        }

        /// The record of thumbnails belongs to the same images as that of digests.
        @Test func recordsAreComplete() throws {
            for (signature, exact) in record.exact {
                #expect(Set(exact.images.keys) == Set(record.thumbnails.keys), "\(signature)")
                #expect(Set(exact.numbers.keys) == Set(record.numbers.keys), "\(signature)")
            }
        }

        /// Where an image has another size or another mean of a box than its thumbnail, in words.
        private func difference(_ image: Image, from thumbnail: Record.Thumbnail) -> String? {
            guard case .bits8(let samples) = image.samples,
                [image.width, image.height, image.channels] == [thumbnail.width, thumbnail.height, thumbnail.channels]
            else { return "\(image.width) × \(image.height) × \(image.channels)" }
            let (side, digits) = (16, Array(thumbnail.means.utf8))
            guard digits.count == 2 * side * side * image.channels else { return "\(digits.count) digits" }
            for box in 0..<(side * side) {
                let (i, j) = (box % side, box / side)
                let rows = (j * image.height / side)..<((j + 1) * image.height / side)
                let columns = (i * image.width / side)..<((i + 1) * image.width / side)
                for channel in 0..<image.channels {
                    var sum = 0
                    for y in rows {
                        for x in columns { sum += Int(samples[(y * image.width + x) * image.channels + channel]) }
                    }
                    let mean = Double(sum) / Double(rows.count * columns.count)
                    let place = 2 * (box * image.channels + channel)
                    let expected = Int(String(decoding: digits[place..<(place + 2)], as: UTF8.self), radix: 16) ?? -999
                    if abs(mean - Double(expected)) > 1 { return "box \(i), \(j): \(mean), once \(expected)" }
                }
            }
            return nil
        }
    }
}

extension Image {
    /// The 64-bit FNV-1a hash of "width height channels depth", a newline and the samples, as `pixels.py` makes it.
    fileprivate var digest: String {
        let (depth, bytes): (Int, [UInt8]) =
            switch samples {
            case .bits8(let samples): (8, samples)
            case .bits16(let samples): (16, samples.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] })
            }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ bytes: [UInt8]) {
            bytes.withUnsafeBufferPointer { for byte in $0 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 } }
        }
        add(Array("\(width) \(height) \(channels) \(depth)\n".utf8))
        add(bytes)
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
