/// The name of this program in the files that it writes.
package enum Software {
    /// The program's name.
    package static let name = "atelier"
    /// The program's version, by semantic versioning.
    package static let version = "0.2.0"
    /// Name and version.
    package static let description = "\(name) \(version)"
}
