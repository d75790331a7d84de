import Files
import Testing

@Suite struct GunzipTests {
    /// `printf hello | gzip -n9`.
    static let hello: [UInt8] = [
        0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 7, 0, 0x86, 0xA6, 0x10, 0x36, 5, 0, 0, 0,
    ]

    @Test func expandsOneMember() throws {
        #expect(try gunzip(Self.hello, limit: 5) == Array("hello".utf8))
    }

    @Test func expandsAllMembersAndSkipsPadding() throws {
        #expect(try gunzip(Self.hello + Self.hello + [0, 0, 0], limit: 10) == Array("hellohello".utf8))
    }

    @Test(arguments: [0, 1, 4])
    func refusesMoreThanTheLimit(limit: Int) {
        #expect {
            try gunzip(Self.hello, limit: limit)
        } throws: {
            if case ExpansionError.tooLarge = $0 { true } else { false }
        }
    }

    @Test(arguments: 2..<25)
    func truncatedDataAreRefused(count: Int) {
        #expect {
            try gunzip(Array(Self.hello.prefix(count)), limit: 100)
        } throws: {
            if case ExpansionError.truncated = $0 { true } else { false }
        }
    }

    /// Byte 16 holds the filling behind the last code.
    @Test(arguments: (0..<25).filter { ![4, 5, 6, 7, 8, 9, 16].contains($0) })
    func damagedDataAreRefused(position: Int) {
        var bytes = Self.hello
        bytes[position] ^= 0x10
        #expect(throws: ExpansionError.self) { try gunzip(bytes, limit: 1 << 20) }
    }

    @Test(arguments: [[], [0x1F], Array("plain text".utf8)])
    func otherDataAreNotGzip(bytes: [UInt8]) {
        #expect {
            try gunzip(bytes, limit: 100)
        } throws: {
            if case ExpansionError.notGzip = $0 { true } else { false }
        }
    }

    @Test func bytesBehindTheDataAreRefused() {
        #expect(throws: ExpansionError.self) { try gunzip(Self.hello + [1, 2, 3], limit: 100) }
    }
}

@Suite struct InflateTests {
    /// The raw data inside the gzip file.
    private let hello = Array(GunzipTests.hello[10..<17])

    @Test func expandsToExactlyWhatIsAnnounced() throws {
        #expect(try inflate(hello, toExactly: 5) == Array("hello".utf8))
        for count in [0, 4] {
            #expect(throws: ExpansionError.tooLarge("it expands to more than the \(count) bytes announced")) {
                try inflate(hello, toExactly: count)
            }
        }
        #expect(throws: ExpansionError.corrupt("it expands to 5 bytes, not to the 6 announced")) {
            try inflate(hello, toExactly: 6)
        }
        #expect(try inflate([3, 0], toExactly: 0) == [])
    }

    @Test(arguments: 0..<7)
    func truncatedDataAreRefused(count: Int) {
        #expect(throws: ExpansionError.self) { try inflate(Array(hello.prefix(count)), toExactly: 5) }
    }

    @Test func checksums() {
        #expect(checksum(Array("hello".utf8)) == 0x3610_A686)
        #expect(checksum([]) == 0)
    }
}
