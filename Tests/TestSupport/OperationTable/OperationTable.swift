/// Every operation of the engine, over many shapes.
package enum OperationTable {
    package static let families: [(name: String, rows: [OperationRow])] = [
        ("arithmetic", ArithmeticRows.all), ("functions", FunctionRows.all), ("reductions", ReductionRows.all),
        ("arrangement", ArrangementRows.all), ("products", ProductRows.all), ("images", ImageRows.all),
        ("normalization", NormalizationRows.all), ("attention", AttentionRows.all),
    ]

    package static let rows = families.flatMap(\.rows)
}
