/// What the files that are written call their maker.
public enum Software {
    public static let name = "atelier"
    public static let version = "0.1.0"
    /// Name and version.
    public static let description = "\(name) \(version)"
}
