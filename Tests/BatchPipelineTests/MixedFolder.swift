import Foundation
import Glibc
import ImageFiles

@testable import BatchPipeline

/// A folder as people have them: nested, with all that goes wrong in it.
struct MixedFolder {
    /// How many images can be done.
    private(set) var good = 0
    /// Those that cannot, below the folder.
    private(set) var broken: Set<String> = []

    /// Makes about `count` images, one in twenty of them broken, in `depth` folders within each other.
    init(_ place: Place, _ root: String, count: Int, depth: Int) throws {
        var folder = root
        let whole = try place.image("whole.png", 3)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: whole)))
        for level in 0..<depth {
            folder += "/" + ["d\(level)", "Ordner \(level)", "目録\(level)", "été\(level)"][level % 4]
            for number in 0..<count / depth {
                let index = level * (count / depth) + number
                let name = Self.name(number)
                if index % 20 == 7 {
                    let content: [UInt8] =
                        switch index / 20 % 4 {
                        case 0: Array("this is no image".utf8)
                        case 1: Array(bytes.prefix(bytes.count * 2 / 3))
                        case 2: []
                        default: Array(bytes.prefix(40)) + [UInt8](repeating: 0x55, count: 60)
                        }
                    try place.file("\(folder)/\(name)", content)
                    broken.insert("\(folder)/\(name)")
                } else {
                    try place.image("\(folder)/\(name)", index)
                    good += 1
                }
                if number % 11 == 3 { chmod(place("\(folder)/\(name)"), 0o444) }
            }
            if level % 10 == 0 { try clutter(place, folder) }
        }
        try place.link(root + "/loop", to: "..")
        try place.link(folder + "/back", to: place(root))
        unlink(whole)
    }

    /// Pairs that collide, accents in both forms, and names as long as they can be.
    private static func name(_ number: Int) -> String {
        switch number % 8 {
        case 0: "\(number).png"
        case 1: "\(number - 1).jpg"
        case 2: "\(number) \u{E9}t\u{E9} 🌷.png"
        case 3: "\(number - 1) e\u{301}te\u{301} 🌷.png"
        case 4: "\(number)" + String(repeating: "long", count: 61) + ".jpg"
        case 5: "\(number - 1)" + String(repeating: "long", count: 61) + ".png"
        case 6: "Photo\(number).PNG"
        default: "photo\(number - 1).png"
        }
    }

    private func clutter(_ place: Place, _ folder: String) throws {
        for name in [".hidden.png", "Thumbs.db", "notes.txt", "photo.psd"] { try place.file("\(folder)/\(name)") }
        mkfifo(place("\(folder)/pipe.png"), 0o600)
        try place.link("\(folder)/nowhere.png", to: "missing.png")
    }
}
