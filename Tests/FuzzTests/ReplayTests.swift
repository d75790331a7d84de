import Foundation
import FuzzTargets
import TestSupport
import Testing

/// The committed inputs of all fuzz targets, once each. `make fuzz` looks for more of them.
@Suite struct ReplayTests {
    private static let corpus = Fixtures.packageFolder + "/Tests/Conformance/Fuzz/Corpus"

    private static func inputs(_ target: String) throws -> [(name: String, bytes: [UInt8])] {
        let folder = corpus + "/" + target
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
            (name, [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))))
        }
    }

    @Test(arguments: FuzzTarget.all.map(\.name))
    func noInputFindsADefect(_ name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        try target.take([])
        let inputs = try Self.inputs(name)
        #expect(!inputs.isEmpty)
        for input in inputs {
            #expect(throws: Never.self, "\(name)/\(input.name)") { try target.take(input.bytes) }
        }
    }

    @Test func everyCorpusHasATargetAndIsSmall() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.corpus).sorted()
        #expect(folders == FuzzTarget.all.map(\.name).sorted())
        for folder in folders {
            let bytes = try Self.inputs(folder).reduce(0) { $0 + $1.bytes.count }
            #expect(bytes <= 16 << 10, "\(folder)")
        }
    }
}
