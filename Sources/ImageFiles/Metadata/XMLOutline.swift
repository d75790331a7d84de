/// The elements and attributes of an XML text with their places in it: enough to cut some of them out and to change
/// their values, and leave everything else as it is.
struct XMLOutline {
    /// A name with the address of its namespace, empty if it has none.
    struct Name: Hashable {
        let space: String
        let local: String
    }

    struct Item {
        var name: Name
        /// All of it, including the space before an attribute.
        var whole: Range<Int>
        /// The value of an attribute, the content of an element.
        var content: Range<Int>
        /// The element around it.
        let parent: Int?
        let isAttribute: Bool
    }

    /// In the order of the text.
    private(set) var items: [Item] = []

    private let bytes: [UInt8]
    private var at = 0
    private var open: [Open] = []

    private struct Open {
        let item: Int
        let tag: Range<Int>
        let spaces: [String: String]
    }

    /// Limits that keep a hostile text from taking much time and memory.
    private static let (deepest, mostItems, mostSpaces) = (64, 1 << 18, 256)

    /// Nil if the text is not well-formed, nested too deeply, or has too many elements or namespaces.
    init?(_ bytes: [UInt8]) {
        self.bytes = bytes
        while let start = bytes[at...].firstIndex(of: UInt8(ascii: "<")) {
            at = start + 1
            guard at < bytes.count else { return nil }
            let isRead: Bool
            switch bytes[at] {
            case UInt8(ascii: "?"): isRead = skip(past: "?>")
            case UInt8(ascii: "!") where starts(with: "!--"): isRead = skip(past: "-->")
            case UInt8(ascii: "!"): isRead = skip(past: starts(with: "![CDATA[") ? "]]>" : ">")
            case UInt8(ascii: "/"): isRead = readEnd(from: start)
            default: isRead = readStart(from: start)
            }
            guard isRead else { return nil }
        }
        guard open.isEmpty else { return nil }
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// Whether an element of that name is around an item.
    func isInside(_ item: Item, _ local: String) -> Bool {
        var parent = item.parent
        while let index = parent {
            if items[index].name.local == local { return true }
            parent = items[index].parent
        }
        return false
    }

    private func starts(with word: String) -> Bool { bytes[at...].starts(with: word.utf8) }

    private mutating func skip(past word: String) -> Bool {
        let word = Array(word.utf8)
        while let next = bytes[at...].firstIndex(of: word[0]) {
            at = next
            if bytes[at...].starts(with: word) {
                at += word.count
                return true
            }
            at += 1
        }
        return false
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private mutating func skipSpaces() { while at < bytes.count, Self.isSpace(bytes[at]) { at += 1 } }

    /// A name as it is written; empty if there is none.
    private mutating func readName() -> Range<Int> {
        let start = at
        while at < bytes.count, !Self.isSpace(bytes[at]), !"=/>\"'<".utf8.contains(bytes[at]) { at += 1 }
        return start..<at
    }

    private mutating func readEnd(from start: Int) -> Bool {
        at += 1
        let tag = readName()
        skipSpaces()
        guard at < bytes.count, bytes[at] == UInt8(ascii: ">"), let element = open.popLast(),
            bytes[element.tag].elementsEqual(bytes[tag])
        else { return false }
        at += 1
        items[element.item].content = items[element.item].content.lowerBound..<start
        items[element.item].whole = items[element.item].whole.lowerBound..<at
        return true
    }

    private mutating func readStart(from start: Int) -> Bool {
        let tag = readName()
        guard !tag.isEmpty, open.count < Self.deepest, items.count < Self.mostItems else { return false }
        let element = items.count
        items.append(
            Item(
                name: Name(space: "", local: ""), whole: start..<start, content: start..<start, parent: open.last?.item,
                isAttribute: false))
        var spaces = open.last?.spaces ?? [:]
        var attributes: [(name: Range<Int>, whole: Range<Int>, value: Range<Int>)] = []
        while true {
            let before = at
            skipSpaces()
            guard at < bytes.count else { return false }
            if bytes[at] == UInt8(ascii: "/") || bytes[at] == UInt8(ascii: ">") { break }
            guard let attribute = readAttribute(from: before) else { return false }
            let name = text(attribute.name)
            if name == "xmlns" || name.hasPrefix("xmlns:") {
                spaces[String(name.dropFirst(6))] = text(attribute.value)
                guard spaces.count <= Self.mostSpaces else { return false }
            } else {
                attributes.append(attribute)
                guard items.count + attributes.count <= Self.mostItems else { return false }
            }
        }
        let isEmpty = bytes[at] == UInt8(ascii: "/")
        at += isEmpty ? 2 : 1
        guard at <= bytes.count, bytes[at - 1] == UInt8(ascii: ">") else { return false }
        items[element].name = name(text(tag), spaces, usesDefault: true)
        (items[element].whole, items[element].content) = (start..<at, at..<at)
        for attribute in attributes {
            items.append(
                Item(
                    name: name(text(attribute.name), spaces, usesDefault: false), whole: attribute.whole,
                    content: attribute.value, parent: element, isAttribute: true))
        }
        if !isEmpty { open.append(Open(item: element, tag: tag, spaces: spaces)) }
        return true
    }

    private mutating func readAttribute(
        from before: Int
    ) -> (name: Range<Int>, whole: Range<Int>, value: Range<Int>)? {
        let name = readName()
        skipSpaces()
        guard !name.isEmpty, at < bytes.count, bytes[at] == UInt8(ascii: "=") else { return nil }
        at += 1
        skipSpaces()
        guard at < bytes.count, "\"'".utf8.contains(bytes[at]),
            let end = bytes[(at + 1)...].firstIndex(of: bytes[at])
        else { return nil }
        let value = at + 1..<end
        at = end + 1
        return (name, before..<at, value)
    }

    /// A name with its prefix resolved; one that is not declared stands for itself.
    private func name(_ written: String, _ spaces: [String: String], usesDefault: Bool) -> Name {
        guard let colon = written.firstIndex(of: ":") else {
            return Name(space: usesDefault ? spaces[""] ?? "" : "", local: written)
        }
        let prefix = String(written[..<colon])
        return Name(space: spaces[prefix] ?? prefix, local: String(written[written.index(after: colon)...]))
    }
}
