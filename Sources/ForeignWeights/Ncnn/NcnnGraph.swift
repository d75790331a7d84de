import Files

/// The text of an ncnn `.param` file: layers in the order in which they run, joined by named blobs.
struct NcnnGraph {
    struct Layer {
        let type: String
        let name: String
        let inputs: [String]
        let outputs: [String]
        fileprivate(set) var numbers: [Int: Double] = [:]
        fileprivate(set) var arrays: [Int: [Double]] = [:]
        /// Where its line begins.
        let place: ForeignWeightsError.Place

        /// An integer, or ncnn's default if it is missing; nil if it is not a sensible count.
        func count(_ key: Int, default value: Int = 0) -> Int? {
            guard let number = numbers[key] else { return value }
            return number >= 0 && number <= 1e9 && number == number.rounded() ? Int(number) : nil
        }
    }

    static let magic = "7767517"
    /// ncnn uses keys below this one for arrays.
    private static let arrayKey = -23300

    private(set) var layers: [Layer] = []

    /// - Throws: ``ForeignWeightsError/Cause``.
    init(_ bytes: [UInt8], part: String) throws {
        var cursor = ByteCursor(bytes + [0x0A], part: part)
        func line() throws -> [String] {
            String(decoding: try cursor.takeLine(), as: UTF8.self)
                .split(whereSeparator: \.isWhitespace).map(String.init)
        }
        func malformed(_ reason: String) -> ForeignWeightsError.Cause { .malformed(reason, cursor.place) }
        guard try line() == [Self.magic] else { throw malformed("the graph does not begin with \(Self.magic)") }
        let counts = try line().compactMap { Int($0) }
        // A line has at least a type, a name and two counts.
        guard counts.count == 2, counts[0] >= 1, counts[0] <= bytes.count / 8 else {
            throw malformed("the graph does not say how many layers it has")
        }
        while layers.count < counts[0] {
            let place = cursor.place
            guard cursor.remaining > 0 else { throw ForeignWeightsError.Cause.truncated(place) }
            let words = try line()
            if words.isEmpty { continue }
            layers.append(try Self.layer(words, place))
        }
    }

    private static func layer(_ words: [String], _ place: ForeignWeightsError.Place) throws -> Layer {
        func malformed(_ reason: String) -> ForeignWeightsError.Cause { .malformed(reason, place) }
        guard words.count >= 4, let ins = Int(words[2]), let outs = Int(words[3]), (0...words.count).contains(ins),
            (0...words.count).contains(outs), 4 + ins + outs <= words.count
        else { throw malformed("a layer without its counts") }
        var layer = Layer(
            type: words[0], name: words[1], inputs: Array(words[4..<4 + ins]),
            outputs: Array(words[4 + ins..<4 + ins + outs]), place: place)
        for word in words[(4 + ins + outs)...] {
            let sides = word.split(separator: "=", omittingEmptySubsequences: false)
            guard sides.count == 2, let key = Int(sides[0]) else {
                throw malformed("“\(printable(word))” is not a parameter")
            }
            let values = sides[1].split(separator: ",").compactMap { Double($0) }
            if key <= arrayKey {
                guard let length = values.first, Double(values.count - 1) == length else {
                    throw malformed("“\(printable(word))” is not an array")
                }
                layer.arrays[arrayKey - key] = Array(values.dropFirst())
            } else {
                guard values.count == 1 else { throw malformed("“\(printable(word))” is not a number") }
                layer.numbers[key] = values[0]
            }
        }
        return layer
    }
}
