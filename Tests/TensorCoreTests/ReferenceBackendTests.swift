import TensorCore
import TestSupport
import Testing

/// The gradient table on the reference backend: by itself, and beside the processor's.
@Suite("Reference backend") struct ReferenceBackendTests {
    @Test(
        "values, first and second derivatives agree with the references",
        arguments: OperationTable.families.map(\.name))
    func referenceAgreesWithTheTable(_ name: String) throws {
        for row in try family(name).rows {
            let found = ReferenceBackend.shared.run {
                row.check.disagreements(channelsLast: row.inputs.map { _ in false })
            }
            #expect(found.isEmpty, "\(row): \(found.prefix(4).joined(separator: "; "))")
        }
    }

    @Test(
        "values and gradients of the processor's backend are those of the reference",
        arguments: OperationTable.families.map(\.name))
    func processorAgreesWithTheReference(_ name: String) throws {
        for row in try family(name).rows {
            let check = row.check
            let expected = ReferenceBackend.shared.run { check.results() }
            for (part, (found, exact)) in zip(check.results(), expected).enumerated() {
                let scale = exact.reduce(1) { max($0, abs($1)) }
                let error = zip(found, exact).reduce(0) { max($0, abs($1.0 - $1.1)) }
                let name = part == 0 ? "value" : "gradient at input \(part - 1)"
                #expect(found.count == exact.count && error <= Float(row.tolerance) * scale, "\(row), \(name)")
            }
        }
    }

    @Test func tensorsOfAScopeComeFromItsBackend() {
        let inside = ReferenceBackend.shared.run { Tensor([1, 2], shape: [2]) * 3 + Random(seed: 1).normal([2]) }
        #expect(inside.backend === ReferenceBackend.shared)
        #expect((inside * 2).backend === ReferenceBackend.shared)
        #expect(Tensor(1).backend !== ReferenceBackend.shared)
    }

    private func family(_ name: String) throws -> (name: String, rows: [OperationRow]) {
        try #require(OperationTable.families.first { $0.name == name })
    }
}
