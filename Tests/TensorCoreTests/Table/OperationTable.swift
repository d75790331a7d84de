/// Every operation of the engine, over many shapes.
enum OperationTable {
    static let families: [(name: String, rows: [OperationRow])] = [
        ("arithmetic", ArithmeticRows.all), ("functions", FunctionRows.all), ("reductions", ReductionRows.all),
        ("arrangement", ArrangementRows.all), ("products", ProductRows.all), ("images", ImageRows.all),
        ("normalization", NormalizationRows.all),
    ]

    static let rows = families.flatMap(\.rows)
}
