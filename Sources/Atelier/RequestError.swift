/// Something was asked for that cannot be: a class that the model does not know, a folder without pairs, settings that
/// contradict each other. The words say what, and what would be possible.
public struct RequestError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What cannot be, and what could.
    public let description: String

    package init(_ description: String) { self.description = description }
}
