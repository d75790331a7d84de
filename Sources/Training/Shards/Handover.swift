/// The values that a phase leaves to a later one of the same step, for each shard of the batch.
package struct Handover<Value> {
    private var values: [Int: Value] = [:]

    /// Nothing yet.
    package init() {}

    /// Leaves the value of a shard, or takes back what an earlier repetition left.
    package mutating func leave(_ value: Value?, _ context: StepContext) { values[context.share.index] = value }

    /// The values of the shards that are computed here, in their order.
    package var all: [Value] { values.sorted { $0.key < $1.key }.map(\.value) }

    /// The value of a shard, which an earlier phase has left.
    package func value(_ context: StepContext) -> Value {
        guard let value = values[context.share.index] else { preconditionFailure("an earlier phase comes first") }
        return value
    }

    /// Takes the value of a shard out, so that nothing refers to its history.
    package mutating func take(_ context: StepContext) -> Value {
        guard let value = takeIfLeft(context) else { preconditionFailure("an earlier phase comes first") }
        return value
    }

    /// Takes the value of a shard out if there is one.
    package mutating func takeIfLeft(_ context: StepContext) -> Value? {
        values.removeValue(forKey: context.share.index)
    }
}
