/// The name of this program in the files that it writes.
public enum Software {
    /// The program's name.
    public static let name = "atelier"
    /// The program's version, by semantic versioning.
    public static let version = "0.2.0"
    /// Name and version.
    public static let description = "\(name) \(version)"
}
