extension EncodingOptions {
    /// Choices for TIFF. Files are striped; those of more than 4 GB are BigTIFF.
    public struct TIFF: Sendable, Equatable {
        /// How strips are packed.
        public enum Compression: String, Sendable, CaseIterable {
            /// Not at all.
            case none
            /// LZW with differences, which every program reads.
            case lzw
            /// Deflate with differences: smaller.
            case deflate
            /// JPEG: with losses, in 8 bits.
            case jpeg
        }

        /// How strips are packed.
        public var compression: Compression
        /// Of JPEG, from 1 to 100.
        public var quality: Int
        /// 8 or 16; `nil` keeps the depth of the image.
        public var bitDepth: Int?

        /// By default deflate, in the depth of the image.
        public init(compression: Compression = .deflate, quality: Int = 95, bitDepth: Int? = nil) {
            self.compression = compression
            self.quality = quality
            self.bitDepth = bitDepth
        }
    }
}
