/// Groups of pictures that are the same or look the same.
enum Similarity {
    /// Comparing each with each is affordable up to here.
    static let limit = 20_000
    /// Of 64 steps in brightness, how many may differ.
    private static let tolerance = 3

    static func exactGroups(_ pictures: [(LookedAt, PictureFacts)]) -> [DataReport.Duplicates] {
        var groups: [PixelDigest: [Int]] = [:]
        for (index, picture) in pictures.enumerated() where !picture.1.isBlank {
            groups[picture.1.pixels, default: []].append(index)
        }
        return describe(Array(groups.values), pictures)
    }

    /// Groups that contain at least two different pictures; nil when there are too many to compare.
    static func nearGroups(_ pictures: [(LookedAt, PictureFacts)]) -> [DataReport.Duplicates]? {
        guard pictures.count <= limit else { return nil }
        let candidates = pictures.indices.filter { !pictures[$0].1.isBlank }
        let prints = candidates.map { pictures[$0].1.coarse ?? 0 }
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
        return describe(groups.filter { group in Set(group.map { pictures[$0].1.pixels }).count > 1 }, pictures)
    }

    private static func describe(
        _ groups: [[Int]], _ pictures: [(LookedAt, PictureFacts)]
    ) -> [DataReport.Duplicates] {
        groups.filter { $0.count > 1 }.map { $0.sorted() }.sorted { $0[0] < $1[0] }.map { group in
            DataReport.Duplicates(
                names: group.map { pictures[$0].0.name },
                classesDiffer: Set(group.map { pictures[$0].0.label }).count > 1,
                splitsDiffer: Set(group.map { pictures[$0].0.split }).count > 1)
        }
    }
}
