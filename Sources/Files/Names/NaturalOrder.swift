/// Whether one name precedes another in natural order: `img2` before `img10`, regardless of case. The bytes decide
/// between names that are otherwise equal, so the order is total.
package func naturallyPrecedes(_ a: String, _ b: String) -> Bool {
    let (left, right) = (Array(a.utf8), Array(b.utf8))
    var (i, j) = (0, 0)
    while i < left.count && j < right.count {
        if isDigit(left[i]) && isDigit(right[j]) {
            let (first, second) = (digits(left, from: &i), digits(right, from: &j))
            if first.count != second.count { return first.count < second.count }
            if first != second { return first.lexicographicallyPrecedes(second) }
        } else {
            let (x, y) = (lower(left[i]), lower(right[j]))
            if x != y { return x < y }
            i += 1
            j += 1
        }
    }
    if left.count - i != right.count - j { return left.count - i < right.count - j }
    return left.lexicographicallyPrecedes(right)
}

private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
private func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte + 32 : byte }

/// A run of digits without its leading zeros.
private func digits(_ text: [UInt8], from position: inout Int) -> ArraySlice<UInt8> {
    var start = position
    while position < text.count && isDigit(text[position]) { position += 1 }
    while start < position - 1 && text[start] == 0x30 { start += 1 }
    return text[start..<position]
}
