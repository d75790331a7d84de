import TestSupport
import Testing

@Suite struct KnownAnswerFileTests {
    @Test(arguments: ["arithmetic", "convolutions", "normalizations", "resampling"])
    func gradientsHaveTheShapeOfWhatTheyAreTakenAt(group: String) throws {
        let cases = try KnownAnswer.cases(of: group)
        #expect(cases.count > 10)
        for answer in cases {
            #expect(try answer.tensor("cotangent").shape == answer.tensor("output").shape, "\(answer)")
            for name in answer.tensorNames where name.hasPrefix("grad.") {
                let input = try answer.tensor(String(name.dropFirst("grad.".count)))
                #expect(try answer.tensor(name).shape == input.shape, "\(answer) \(name)")
            }
        }
    }

    @Test func valuesAreReadFromTheRightPlace() throws {
        let answer = try #require(try KnownAnswer.cases(of: "arithmetic").first { $0.name == "add.row" })
        let (input, other) = (try answer.tensor("input"), try answer.tensor("other"))
        let sums = input.scalars.enumerated().map { $0.element + other.scalars[$0.offset % other.shape[0]] }
        #expect(input.shape == [2, 3, 4])
        for (sum, expected) in zip(sums, try answer.tensor("output").scalars) {
            #expect(abs(sum - expected) < 1e-6)
        }
    }

    @Test func attributesKeepTheirKind() throws {
        let cases = try KnownAnswer.cases(of: "convolutions")
        let answer = try #require(cases.first { $0.name == "conv2d.rectangular" })
        #expect(try answer.integers("stride") == [2, 1])
        #expect(try answer.integer("groups") == 1)
        #expect(throws: KnownAnswer.Problem.self) { try answer.flag("groups") }
        #expect(throws: KnownAnswer.Problem.self) { try answer.tensor("absent") }
    }
}
