import CPUBackend
import Foundation
import TensorCore
import TestSupport
import Testing

@Suite("Gradient table") struct GradientTableTests {
    @Test(
        "values, first and second derivatives agree with the references",
        arguments: OperationTable.families.map(\.name))
    func familyAgrees(_ name: String) throws {
        let family = try #require(OperationTable.families.first { $0.name == name })
        #expect(family.rows.count >= 8)
        for row in family.rows {
            let check = row.check
            for layout in row.layouts {
                let found = check.disagreements(channelsLast: layout)
                #expect(found.isEmpty, "\(row), channels last \(layout): \(found.prefix(4).joined(separator: "; "))")
            }
        }
    }

    @Test("products and convolutions agree by every kernel", arguments: ConvolutionMethod.allCases)
    func everyKernelAgrees(_ method: ConvolutionMethod) {
        CPUBackend(kernels: .always(method)).run {
            for row in ProductRows.all where row.operation.hasSuffix("onvolved") {
                let channelsLast = row.inputs.map { $0.shape.count == 4 }
                let found = row.check.disagreements(channelsLast: channelsLast)
                #expect(found.isEmpty, "\(method), \(row): \(found.prefix(4).joined(separator: "; "))")
            }
        }
    }

    @Test("every recorded kind of operation is exercised by a row")
    func everyKindIsExercised() {
        var exercised: Set<RecordedOperation> = []
        for (_, rows) in OperationTable.families {
            var seen: Set<String> = []
            for row in rows where seen.insert(row.operation + row.variant).inserted {
                _ = row.check.disagreements(channelsLast: row.layouts[0]) { roots in
                    exercised.formUnion(operations(behind: roots))
                }
            }
        }
        let kinds =
            TensorCore.Operation.allCases.map(RecordedOperation.operation)
            + UnaryFunction.allCases.map(RecordedOperation.function)
        let missing = Set(kinds).subtracting(exercised)
        #expect(missing.isEmpty, "no row of the table exercises \(missing.map { "\($0)" }.sorted())")
    }

    /// Public functions of Sources/TensorCore/Ops that return no gradient-carrying tensor.
    private static let withoutGradients: Set<String> = ["argmax", "oneHot"]

    @Test("every public operation has a row")
    func everyPublicOperationHasARow() throws {
        let folder = URL(fileURLWithPath: Fixtures.packageFolder + "/Sources/TensorCore/Ops")
        var declared: Set<String> = []
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                if let match = line.firstMatch(of: /public (?:static )?(?:prefix )?func ([^\s(<]+)/) {
                    declared.insert(String(match.1))
                }
            }
        }
        #expect(declared.count > 50)
        let tabled = Set(OperationTable.rows.map(\.operation))
        let missing = declared.subtracting(tabled).subtracting(Self.withoutGradients)
        #expect(missing.isEmpty, "no row for \(missing.sorted())")
        #expect(tabled.isSubset(of: declared), "rows for unknown operations \(tabled.subtracting(declared).sorted())")
    }

    private func operations(behind roots: [Tensor]) -> Set<RecordedOperation> {
        var found: Set<RecordedOperation> = []
        var seen: Set<ObjectIdentifier> = []
        var stack = roots.compactMap(\.node)
        while let node = stack.popLast() {
            guard seen.insert(ObjectIdentifier(node)).inserted else { continue }
            found.insert(node.operation)
            stack += node.parents.compactMap { $0 }
        }
        return found
    }
}
