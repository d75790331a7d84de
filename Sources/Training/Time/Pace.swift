import TensorCore

/// How the steps of a training go through its schedules: usually one step at a time, and faster or slower where the
/// training has to end at another step than its schedules.
package struct Pace: Codable, Equatable, Sendable {
    /// A part of a training with one pace.
    package struct Section: Codable, Equatable, Sendable {
        /// The last step before it.
        package var after: Int
        /// The place in the schedules where it begins.
        package var from: Double
        /// Steps of the schedules in each step of the training.
        package var rate: Double
    }

    /// In the order of the steps; before the first, every step is one step of the schedules.
    package private(set) var sections: [Section] = []

    /// Every step is one step of the schedules.
    package init() {}

    /// The place in the schedules after a step, which lies between two of their steps in general.
    package func place(after step: Int) -> Double {
        guard let section = sections.last(where: { $0.after < step }) else { return Double(step) }
        return section.from + Double(step - section.after) * section.rate
    }

    /// The step of the schedules that a step takes; both are counted from 1.
    package func scheduleStep(of step: Int) -> Int { max(Int(saturating: place(after: step).rounded()), 1) }

    /// From here on, the schedules reach one of their steps together with a step of the training.
    ///
    /// - Parameters:
    ///   - last: the last step with the former pace.
    ///   - from: the place in the schedules to go on from; nil for the one that is reached.
    ///   - step: a later step of the training.
    ///   - scheduleStep: the step of the schedules that it shall have.
    package mutating func change(after last: Int, from: Double? = nil, reaching step: Int, at scheduleStep: Int) {
        guard step > last else { return }
        let start = from ?? place(after: last)
        sections.removeAll { $0.after >= last }
        sections.append(
            Section(after: last, from: start, rate: max(Double(scheduleStep) - start, 0) / Double(step - last)))
    }
}

/// A training whose schedules can be gone through at another pace.
package protocol PacedTask: TrainingTask {
    /// How the steps go through the schedules.
    var pace: Pace { get set }
    /// The first steps of its stages, in steps of the schedules. Steps of one stage take about the same time, and a
    /// training never goes back to an earlier stage.
    var stages: [Int] { get }
}

extension PacedTask {
    /// One stage.
    package var stages: [Int] { [1] }
}
