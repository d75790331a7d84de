import CFuzzTargets

extension FuzzTarget {
    /// A decoder in C: strict and lenient, at once and row by row.
    private static func codec(
        _ name: String, _ run: @escaping @Sendable (UnsafePointer<UInt8>?, Int) -> Int32
    ) -> FuzzTarget {
        FuzzTarget(name) { bytes in
            // A block of exactly that size, so that any overrun is seen.
            _ = bytes.withUnsafeBufferPointer { run($0.baseAddress, $0.count) }
        }
    }

    static let png = codec("png") { fuzz_png($0, $1) }
    static let jpeg = codec("jpeg") { fuzz_jpeg($0, $1) }
    static let webp = codec("webp") { fuzz_webp($0, $1) }
    static let tiff = codec("tiff") { fuzz_tiff($0, $1) }
    static let gif = codec("gif") { fuzz_gif($0, $1) }
    static let bmp = codec("bmp") { fuzz_bmp($0, $1) }
    static let heif = codec("heif") { fuzz_heif($0, $1) }
    static let jxl = codec("jxl") { fuzz_jxl($0, $1) }
    /// Decoded, encoded in every format, and decoded again.
    static let roundtrip = codec("roundtrip") { fuzz_roundtrip($0, $1) }
    static let gunzip = codec("gunzip") { fuzz_gunzip($0, $1) }
    static let inflate = codec("inflate") { fuzz_inflate($0, $1) }
}
