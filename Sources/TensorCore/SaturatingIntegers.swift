extension FixedWidthInteger {
    /// The value without its fraction, or the nearest integer that there is; 0 for NaN. The usual conversion ends the
    /// program for values that do not fit.
    @inlinable package init(saturating value: Double) {
        if value >= Double(Self.max) {
            self = .max
        } else if value > Double(Self.min) {
            self = Self(value)
        } else {
            self = value.isNaN ? 0 : .min
        }
    }

    /// The value without its fraction, or the nearest integer that there is; 0 for NaN.
    @inlinable package init(saturating value: Float) {
        if value >= Float(Self.max) {
            self = .max
        } else if value > Float(Self.min) {
            self = Self(value)
        } else {
            self = value.isNaN ? 0 : .min
        }
    }
}
