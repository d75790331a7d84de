/// Groups of images that are the same or look the same.
enum Similarity {
    /// The most images for which comparing all pairs is affordable.
    static let limit = 20_000
    /// How many of the 64 brightness bits may differ.
    private static let tolerance = 3

    static func exactGroups(_ images: [(LookedAt, ImageFacts)]) -> [DataReport.Duplicates] {
        var groups: [PixelDigest: [Int]] = [:]
        for (index, image) in images.enumerated() where !image.1.isBlank {
            groups[image.1.pixels, default: []].append(index)
        }
        return describe(Array(groups.values), images)
    }

    /// Groups with at least two different images; nil if there are too many to compare.
    static func nearGroups(_ images: [(LookedAt, ImageFacts)]) -> [DataReport.Duplicates]? {
        guard images.count <= limit else { return nil }
        let candidates = images.indices.filter { !images[$0].1.isBlank }
        let prints = candidates.map { images[$0].1.coarse ?? 0 }
        var leader = Array(candidates.indices)
        func find(_ start: Int) -> Int {
            var index = start
            while leader[index] != index {
                leader[index] = leader[leader[index]]
                index = leader[index]
            }
            return index
        }
        for i in prints.indices {
            for j in prints.index(after: i)..<prints.endIndex
            where (prints[i] ^ prints[j]).nonzeroBitCount <= tolerance {
                leader[find(j)] = find(i)
            }
        }
        let groups = Dictionary(grouping: candidates.indices, by: find).values.map { $0.map { candidates[$0] } }
        return describe(groups.filter { group in Set(group.map { images[$0].1.pixels }).count > 1 }, images)
    }

    private static func describe(
        _ groups: [[Int]], _ images: [(LookedAt, ImageFacts)]
    ) -> [DataReport.Duplicates] {
        groups.filter { $0.count > 1 }.map { $0.sorted() }.sorted { $0[0] < $1[0] }.map { group in
            DataReport.Duplicates(
                names: group.map { images[$0].0.name },
                classesDiffer: Set(group.map { images[$0].0.label }).count > 1,
                splitsDiffer: Set(group.map { images[$0].0.split }).count > 1)
        }
    }
}
