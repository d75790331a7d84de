/// Every operation of the engine, over many shapes.
package enum OperationTable {
    package static let families = traced + [("parts of a batch", NormalizationRows.parts)]

    /// What plans can be made of. Parts of a batch exchange values while they are computed.
    package static let traced: [(name: String, rows: [OperationRow])] = [
        ("arithmetic", ArithmeticRows.all), ("functions", FunctionRows.all), ("reductions", ReductionRows.all),
        ("arrangement", ArrangementRows.all), ("products", ProductRows.all), ("images", ImageRows.all),
        ("normalization", NormalizationRows.all), ("attention", AttentionRows.all),
    ]

    package static let rows = families.flatMap(\.rows)
}
