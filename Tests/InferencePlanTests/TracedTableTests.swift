import InferencePlan
import TensorCore
import TestSupport
import Testing

/// Every operation of the gradient table that can be traced, run by a plan, beside the same operation computed at once.
@Suite struct TracedTableTests {
    @Test(arguments: OperationTable.traced.map(\.name)) func plansAgreeWithTheProcessor(_ name: String) throws {
        let family = try #require(OperationTable.traced.first { $0.name == name })
        for row in family.rows {
            let check = row.check
            for layout in row.layouts {
                let inputs = check.tensors(channelsLast: layout)
                let expected = row.engine(inputs)
                let plan = InferencePlan(inputs.map { InputForm($0) }) { row.engine($0) }
                let found = plan(inputs)
                let scale = expected.values.reduce(1) { max($0, abs($1)) }
                let error = zip(found.values, expected.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
                #expect(
                    found.shape == expected.shape && error <= 1e-5 * scale,
                    "\(row), channels last \(layout): \(plan.listing)")
            }
        }
    }
}
