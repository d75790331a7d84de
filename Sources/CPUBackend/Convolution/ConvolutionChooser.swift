import Synchronization

/// Remembers the fastest method for each convolution.
package final class ConvolutionChooser: Sendable {
    /// The shared instance of the process, with its file in the user's cache folder.
    package static let shared = ConvolutionChooser(file: .ofUser)

    private struct State {
        var choices: [ConvolutionKey: ConvolutionMethod?] = [:]
        /// The contents of the file, once read.
        var known: [String: ConvolutionMethod]?
    }
    private let state = Mutex(State())
    private let file: AutotuneCache?

    package init(file: AutotuneCache?) { self.file = file }

    /// The fastest method, known or measured now. Nil if the fixed table should decide.
    package func method(for call: ConvolutionCall) -> ConvolutionMethod? {
        let question = ConvolutionKey(call)
        return state.withLock { state in
            if let choice = state.choices[question] { return choice }
            let known = state.known ?? file?.read() ?? [:]
            state.known = known
            let choice: ConvolutionMethod?
            if let written = known[question.text], written.takes(call) {
                choice = written
            } else {
                choice = ConvolutionTiming.fastest(call).map { file?.add($0, for: question.text) ?? $0 }
            }
            state.choices.updateValue(choice, forKey: question)
            return choice
        }
    }
}
