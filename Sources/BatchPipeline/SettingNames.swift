/// What the settings of a batch are called where they are made. Messages that advise to change one use its name: that of
/// the property for programs, that of the flag for people at the command line.
public struct SettingNames: Sendable {
    /// ``BatchSettings/lists``.
    public var lists = "lists"
    /// ``BatchSettings/output``.
    public var output = "output"
    /// ``BatchSettings/format``.
    public var format = "format"
    /// ``BatchSettings/suffix``.
    public var suffix = "suffix"
    /// ``BatchSettings/skipsExisting``.
    public var skipExisting = "skipsExisting"
    /// ``BatchSettings/allowsPartial``.
    public var allowPartial = "allowsPartial"
    /// The number of pixels in ``BatchSettings/limits``.
    public var maxPixels = "limits.maxPixels"
    /// ``BatchSettings/report``.
    public var report = "report"

    /// The names of the properties.
    public init() {}
}
