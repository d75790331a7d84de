extension EncodingOptions {
    /// Choices for WebP. Samples of 16 bits are rounded to 8; gray becomes RGB.
    public struct WebP: Sendable, Equatable {
        /// From 1 to 100; without loss, it is not looked at.
        public var quality: Int
        /// Whether every pixel stays as it is, also the colors of those that are transparent.
        public var isLossless: Bool
        /// From 0 (fast) to 6 (smallest, slowest).
        public var effort: Int

        /// By default with losses, at quality 95 and effort 4.
        public init(quality: Int = 95, isLossless: Bool = false, effort: Int = 4) {
            self.quality = quality
            self.isLossless = isLossless
            self.effort = effort
        }
    }
}
