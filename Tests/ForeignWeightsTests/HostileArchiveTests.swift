import Testing

@testable import ForeignWeights

/// Archives and old files that lie about themselves or end too early.
@Suite struct HostileArchiveTests {
    private let pickle = Instructions.dictionary { $0.tensor(stored: 4, shape: [4], strides: [1]) }
    private var good: [ArchiveBytes.Entry] {
        [
            .init(name: "m/data.pkl", content: pickle),
            .init(name: "m/data/0", content: [UInt8](repeating: 0, count: 16)),
        ]
    }

    private func expectMalformed(
        _ entries: [ArchiveBytes.Entry], _ words: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let found = failure(ArchiveBytes.make(entries))
        guard case .malformed(let reason, _)? = found, reason.contains(words) else {
            Issue.record("\(String(describing: found))", sourceLocation: sourceLocation)
            return
        }
    }

    @Test(arguments: [
        "../../etc/passwd", "/etc/passwd", "m/../../x", "m/./x", "m\\..\\x", "C:/x", "..", "m/\u{0}", "",
    ])
    func pathsThatLeadOut(_ name: String) {
        expectMalformed(good + [.init(name: name, content: [1])], "leads out")
    }

    @Test func entriesThatLie() {
        #expect(failure(ArchiveBytes.make(good)) == nil)
        func changed(_ change: (inout ArchiveBytes.Entry) -> Void) -> [ArchiveBytes.Entry] {
            var entries = good
            change(&entries[1])
            return entries
        }
        expectMalformed(good + [good[0]], "one name")
        expectMalformed(changed { $0.localName = "m/data/1" }, "two names")
        expectMalformed(changed { $0.headerOffset = 0 }, "overlaps")
        expectMalformed(changed { $0.headerOffset = 7 }, "overlaps")
        expectMalformed(changed { $0.headerOffset = 0x7FFF_FFFF }, "outside")
        expectMalformed(changed { $0.compressedSize = 0xFFFF_FFFE }, "outside")
        expectMalformed(changed { $0.size = 17 }, "two sizes")
        expectMalformed(changed { $0.checksum = 5 }, "checksum")
        expectMalformed(changed { $0.method = 12 }, "method 12")
        expectMalformed(changed { $0.flags = 1 }, "encrypted")
        // An entry inside another one.
        var inner = good
        inner[1].compressedSize = 16
        let nested = ArchiveBytes.make(
            [.init(name: "m/x", content: ArchiveBytes.make(good))]
                + inner.map {
                    var entry = $0
                    entry.headerOffset = 33
                    return entry
                })
        #expect(failure(nested) != nil)
    }

    @Test func directoriesThatLie() {
        for offset: UInt64 in [1, 0xFFFF_FFFE, 1000] {
            #expect(failure(ArchiveBytes.make(good, directoryOffset: offset)) != nil)
        }
        #expect(failure(ArchiveBytes.make(good, comment: "a comment")) == nil)
        // The comment holds the end of another archive.
        var bytes = ArchiveBytes.make(good)
        bytes[bytes.count - 2] = 22
        bytes += [0x50, 0x4B, 5, 6] + [UInt8](repeating: 0, count: 18)
        #expect(failure(bytes) != nil)
        // 65,535 entries are announced where there is room for two.
        bytes = ArchiveBytes.make(good)
        bytes.replaceSubrange(bytes.count - 14..<bytes.count - 10, with: [0xFF, 0xFF, 0xFF, 0xFF])
        guard case .tooLarge? = failure(bytes) else {
            Issue.record("\(String(describing: failure(bytes)))")
            return
        }
    }

    @Test func archivesOfSomethingElse() {
        for entries in [
            [], [ArchiveBytes.Entry(name: "a/b/data.pkl", content: pickle)],
            good + [.init(name: "n/data.pkl", content: [])],
        ] {
            guard case .unknownFormat? = failure(ArchiveBytes.make(entries)) else {
                Issue.record("\(entries.map(\.name))")
                continue
            }
        }
        guard case .malformed(let reason, _)? = failure(ArchiveBytes.make([good[0]])) else {
            Issue.record("a missing storage")
            return
        }
        #expect(reason == "the archive lacks data/0")
    }

    @Test func bombs() throws {
        // Eight megabytes of zeros in eight kilobytes.
        guard case .tooLarge(let reason)? = failure(try FixtureFiles.bytes("bomb.pth")) else {
            Issue.record("\(String(describing: failure(try FixtureFiles.bytes("bomb.pth"))))")
            return
        }
        #expect(reason.contains("MB"))
        var limits = ForeignWeightsLimits()
        limits.growth = 10_000
        guard case .tooLarge(let other)? = failure(try FixtureFiles.bytes("bomb.pth"), limits: limits) else {
            Issue.record("growth")
            return
        }
        #expect(other.contains("would grow from"))
        limits.compression = 10_000
        #expect(failure(try FixtureFiles.bytes("bomb.pth"), limits: limits) == nil)
        // Four gigabytes announced, a few bytes there.
        var entries = good
        (entries[1].method, entries[1].size) = (8, 0xFFFF_FFFE)
        guard case .tooLarge? = failure(ArchiveBytes.make(entries)) else {
            Issue.record("\(String(describing: failure(ArchiveBytes.make(entries))))")
            return
        }
        // Sixteen bytes announced, more come: a stored block of 17 and of 15 bytes.
        for length in [15, 17] {
            let block = [1, UInt8(length), 0, 255 - UInt8(length), 255] + [UInt8](repeating: 0, count: length)
            entries[1] = .init(name: "m/data/0", content: block, method: 8, size: 16)
            expectMalformed(entries, "announced")
        }
        entries[1] = .init(name: "m/data/0", content: [1, 16, 0, 239, 255, 0, 0], method: 8, size: 16)
        expectMalformed(entries, "too early")
        entries[1] = .init(name: "m/data/0", content: [7, 7, 7, 7], method: 8, size: 16)
        expectMalformed(entries, "corrupt")
    }

    @Test(arguments: [
        "wrapped.pth", "values-deflated.pth", "values-zip64.pth", "values-legacy.pth", "plain.safetensors",
    ])
    func everyTruncationIsNoticed(_ name: String) throws {
        let whole = try FixtureFiles.bytes(name)
        #expect(failure(whole) == nil)
        for length in 0..<whole.count {
            #expect(failure(Array(whole.prefix(length))) != nil, "\(length) bytes")
        }
    }

    @Test func oldFilesThatLie() throws {
        var bytes = try FixtureFiles.bytes("wrapped-legacy.pth")
        bytes[15...19] = [0x80, 2, 0x4D, 0xEA, 0x03]
        guard case .malformed(let reason, _)? = failure(bytes) else {
            Issue.record("\(String(describing: failure(bytes)))")
            return
        }
        #expect(reason == "the protocol is not 1001")
    }
}
