/// What a batch does with films that are among its images.
public enum FilmUse: Sendable, Equatable {
    /// They are files that are no images.
    case ignored
    /// They are worked on, after the images.
    case taken
    /// They would be worked on, but a program is missing; the text says which, and how to install it.
    case missingProgram(String)
}

/// A film that is ready to be worked on.
package struct FilmTask: Sendable {
    /// Which film, and where its result goes.
    package let job: ImageJob
    /// Is told how many frames are done, of about how many.
    package let tell: @Sendable (_ done: Int, _ total: Int) -> Void
    let stop: StopWatch

    /// Whether the work was canceled.
    package var isCanceled: Bool { stop.isStopped }
}

/// Why a film was not finished, where the next run goes on from parts that are.
package struct UnfinishedFilm: Error {
    /// The error.
    package let cause: any Error
    /// The folder of the parts.
    package let parts: String

    package init(cause: any Error, parts: String) { (self.cause, self.parts) = (cause, parts) }
}

/// What became of a film.
package struct FilmResult: Sendable, Equatable {
    /// The size of an image.
    package struct Size: Sendable, Equatable {
        /// Pixels in a row.
        package var width: Int
        /// Rows.
        package var height: Int

        package init(_ width: Int, _ height: Int) { (self.width, self.height) = (width, height) }
    }

    /// Frames in the result.
    package var frames = 0
    /// Frames that were done already when the work began.
    package var framesBefore = 0
    /// The size of the film.
    package var size: Size
    /// The size of the result.
    package var resultSize: Size
    /// What is worth knowing: what is left out, damaged parts.
    package var notes: [String] = []

    /// A result without frames.
    package init(size: Size) { (self.size, resultSize) = (size, size) }
}
