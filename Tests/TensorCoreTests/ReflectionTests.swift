import Testing

@testable import TensorCore

@Suite struct ReflectionTests {
    @Test func linesAreMirroredAsOftenAsNeeded() {
        #expect(Reflection.positions(-7..<9, length: 4) == [1, 0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1, 2])
        #expect(Reflection.positions(-3..<4, length: 1) == [0, 0, 0, 0, 0, 0, 0])
        #expect(Reflection.positions(-2..<4, length: 2) == [0, 1, 0, 1, 0, 1])
    }

    @Test func theBorderMayComeTwice() {
        let positions = (-5..<9).map { Reflection.position($0, length: 3, repeatsBorder: true) }
        #expect(positions == [1, 2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1, 2])
    }
}
