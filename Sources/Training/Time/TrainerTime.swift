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

    /// Begins to keep the time that was asked for, or what is left of it.
    func keepTime(after step: Int) {
        // The clocks of several ranks would end at different steps.
        if ranks.areSeveral { return }
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
        takePace()
    }

    /// Records the keeper's time and tells the task its pace.
    func takePace() {
        guard let keeper else { return }
        record.time = keeper.time
        (task as? any PacedTask)?.pace = keeper.time.pace
    }

    /// Ends the training at another step if that suits the time.
    func replan(after step: Int, _ session: Session) throws {
        let former = options.steps
        guard let end = keeper?.newEnd(after: step, now: now(), options) else { return }
        record.options.steps = end
        takePace()
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
