import Foundation

/// How a training keeps the hours that it was given.
extension Trainer {
    /// Takes over the pace of a run that was given hours, and its last step unless a number of steps is asked for.
    func takeTime(of former: RunRecord<Configuration>) {
        guard var time = former.time else { return }
        if options.steps == time.scheduleSteps || request != nil {
            record.options.steps = former.options.steps
        } else {
            time.seconds = nil
        }
        record.time = time
        (task as? any PacedTask)?.pace = time.pace
    }

    /// Measures the training on all ranks instead of beginning with it.
    package func measure(by measurement: SpeedMeasurement) throws {
        try divide()
        try ranks.meet(about: record)
        try measurement.measure(task, options: options)
    }

    /// Begins to keep the time that was asked for, or what is left of it.
    func keepTime(after step: Int) throws {
        if ranks.isFirst { startKeeper(after: step) }
        try takePlan()
    }

    /// The first rank keeps the time of all.
    private func startKeeper(after step: Int) {
        let start = now()
        let stages = (task as? any PacedTask)?.stages ?? [1]
        if let request {
            var time = record.time ?? RunTime(scheduleSteps: max(options.steps, 1), estimate: request.estimate)
            time.estimate = request.estimate
            for (index, first) in stages.enumerated() where index < time.estimate.stages.count {
                time.estimate.stages[index].first = first
            }
            let total = earlierSeconds + request.deadline - start
            time.seconds = max(total, 0)
            var keeper = TimeKeeper(time, deadline: request.deadline, total: total)
            if step > 0 {
                record.options.steps = keeper.extend(
                    after: step, now: start, stages: stages, options)
            }
            self.keeper = keeper
        } else if let time = record.time, let total = time.seconds {
            keeper = TimeKeeper(time, deadline: start + total - earlierSeconds, total: total)
        }
    }

    /// The last step and the time of a training, as the first rank has planned them.
    private struct Plan: Codable {
        var steps: Int
        var time: RunTime?
    }

    /// Records the first rank's plan on all ranks, and tells the task its pace.
    private func takePlan() throws {
        let plan = try ranks.first(Plan(steps: options.steps, time: keeper?.time ?? record.time))
        (record.options.steps, record.time) = (plan.steps, plan.time)
        if let time = plan.time { (task as? any PacedTask)?.pace = time.pace }
    }

    /// Ends the training at another step if that suits the time.
    func replan(after step: Int, _ session: Session) throws {
        guard record.time?.seconds != nil else { return }
        let former = options.steps
        let end = Int(ranks.first(Double(keeper?.newEnd(after: step, now: now(), options) ?? former)))
        guard end != former else { return }
        record.options.steps = end
        try takePlan()
        try record.write(to: folder)
        if abs(end - former) * 20 > former {
            try session.tell(
                .note("the steps take \(end < former ? "more" : "less") time than expected: it will be \(end) steps"))
        }
    }

    /// Does something and notes its time.
    func timed(_ kind: WritableKeyPath<TimeEstimate, Double>, _ body: () throws -> Void) rethrows {
        let start = now()
        try body()
        keeper?.time.estimate[keyPath: kind] = now() - start
    }
}
