import Cluster

/// How a training begins and ends together on all ranks.
extension Trainer {
    /// Divides the batches of the task.
    func divide() throws {
        let batch = (task as? any DivisibleTask) == nil ? nil : task.batchSize
        let division = try Division(
            ranks.communicator, shards: options.shards, batch: batch, synchronizes: options.syncBatchNorm ?? false,
            gradients: options.gradientPrecision)
        (task as? any DivisibleTask)?.division = division
    }

    /// Gives all ranks the state of the first one, which alone has read a checkpoint.
    ///
    /// - Returns: the last step that was taken.
    func begin(after step: Int) throws -> Int {
        guard ranks.areSeveral else { return step }
        var state = TrainingState()
        if ranks.isFirst { state = task.checkpoint() }
        let key = "atelier.step"
        state.numbers[key] = Double(step)
        var shared = try ranks.share(state)
        let start = shared.numbers.removeValue(forKey: key) ?? 0
        if !ranks.isFirst { try task.restore(shared) }
        return Int(start)
    }
}
