import Testing

@testable import ImageData

@Suite struct TileSeamsTests {
    @Test(arguments: [1, 2, 4], [(64, 20, 10, 0), (128, 20, 10, 10), (40, 4, 4, 2), (512, 24, 10, 12)])
    func everyPixelBelongsToOneTileThatSeesFarEnough(
        multiple: Int, way: (tile: Int, pad: Int, border: Int, feather: Int)
    ) {
        for length in Array(1...150) + [499, 512, 997, 5000, 10_000] {
            let seams = TileSeams(
                length: length, tile: way.tile, pad: way.pad, border: way.border, feather: way.feather,
                multiple: multiple)
            let line = seams.axis
            #expect(line.extent % multiple == 0 && line.starts.allSatisfy { ($0 - line.starts[0]) % multiple == 0 })
            #expect(line.count == 1 || line.extent <= way.tile + 2 * multiple)
            #expect(seams.seams.first == 0 && seams.seams.last == length && seams.seams.count == line.count + 1)
            #expect(zip(seams.seams, seams.seams.dropFirst()).allSatisfy { $0 < $1 }, "\(length): \(seams.seams)")
            // Beyond the border, tiles see no more than what is asked for and what makes a multiple.
            let last = line.starts[line.count - 1] + line.extent
            #expect(last - length < way.border + 2 * multiple && line.starts[0] > -way.border - multiple)
            for index in 0..<line.count {
                let part = seams.part(of: index)
                let seen = line.starts[index]..<line.starts[index] + line.extent
                let before = part.lowerBound - seen.lowerBound
                let after = seen.upperBound - part.upperBound
                #expect(before >= (index == 0 ? way.border : way.pad - seams.feather / 2))
                #expect(after >= (index == line.count - 1 ? way.border : way.pad - seams.feather / 2))
                let positions = line.positions(of: index)
                #expect(positions.count == line.extent && positions.allSatisfy { (0..<length).contains($0) })
                #expect(part.allSatisfy { positions[$0 - seen.lowerBound] == $0 })
                if index > 0 { #expect(seams.part(of: index - 1).upperBound - part.lowerBound == seams.feather) }
            }
        }
    }

    @Test func beyondTheImageItIsMirrored() {
        let line = TileSeams(length: 3, tile: 64, pad: 4, border: 4, feather: 0, multiple: 1).axis
        #expect(line.positions(of: 0) == [0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2])
        let point = TileSeams(length: 1, tile: 64, pad: 4, border: 2, feather: 0, multiple: 1).axis
        #expect(point.positions(of: 0).count == 5)
    }

    @Test func whatIsSeenTwiceIsBlended() {
        let line = TileSeams(length: 200, tile: 64, pad: 10, border: 10, feather: 4, multiple: 1)
        #expect(line.axis.count > 2 && line.feather == 4)
        let ramp = line.ramp(scale: 2)
        #expect(ramp.count == 8)
        #expect(zip(ramp, ramp.reversed()).allSatisfy { abs($0 + $1 - 1) < 1e-6 })
    }
}
