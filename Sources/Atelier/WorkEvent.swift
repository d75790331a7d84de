/// What is told of work that takes a while.
public enum WorkEvent: Sendable, Equatable {
    /// How far the work has come.
    case progress(WorkProgress)
    /// Something worth knowing.
    case note(String)
    /// Something that went wrong without stopping the work.
    case warning(String)
    /// Something was left out, for a reason in words.
    case skipped(String, String)
}

/// How far a part of some work has come.
public struct WorkProgress: Sendable, Equatable {
    /// What is done: `upscaling`.
    public let title: String
    /// How much of it is done.
    public let count: Int
    /// How much there is to do.
    public let total: Int
    /// What is counted, in the plural: `images`.
    public let unit: String

    package init(_ title: String, _ count: Int, of total: Int, unit: String = "images") {
        (self.title, self.count, self.total, self.unit) = (title, count, total, unit)
    }
}
