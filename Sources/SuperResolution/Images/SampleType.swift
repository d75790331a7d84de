import ImageFiles

/// A sample of an image in memory: 8 or 16 bits.
protocol SampleType: FixedWidthInteger & UnsignedInteger & Sendable {
    static func samples(_ values: [Self]) -> Image.Samples
}

extension UInt8: SampleType {
    static func samples(_ values: [UInt8]) -> Image.Samples { .bits8(values) }
}

extension UInt16: SampleType {
    static func samples(_ values: [UInt16]) -> Image.Samples { .bits16(values) }
}

extension SampleType {
    /// The nearest sample to a value from 0 to the largest; 0 for NaN.
    static func nearest(_ value: Float) -> Self {
        Self(truncatingIfNeeded: Int32(value > 0 ? Swift.min(value, 65535) + 0.5 : 0))
    }
}
