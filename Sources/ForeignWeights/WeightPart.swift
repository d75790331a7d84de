import Files

/// A part of a file that may be a network: the tensors of one dictionary, or those of them whose names begin alike.
///
/// Training programs wrap networks: in dictionaries (`params_ema`, `state_dict`), and in objects that give names a
/// beginning (`module.`, `generator.`).
package struct WeightPart: Sendable {
    /// A tensor of a part.
    package struct Entry: Sendable {
        /// Its extents.
        package let shape: [Int]
        /// Whether it counts steps or epochs: no part of a network.
        package let isCounter: Bool
        /// Its type of numbers in the file.
        package let type: NumberType
        /// Its place among all tensors of the file.
        let place: Int
    }

    /// The keys under which the dictionary lies, from the outside in.
    package let keys: [String]
    /// The beginning of the names, which they are without.
    package let prefix: String
    /// By name.
    package let entries: [String: Entry]
    /// What the file says of the network beside its tensors, by name; members of groups as `group.member`.
    package let settings: [String: WeightSetting]

    /// Whether it is a moving average of weights, by its name.
    package var isAverage: Bool { Self.namesAnAverage(prefix) || keys.contains { Self.namesAnAverage($0) } }

    /// Its place in the file in words, such as “params_ema” or “generator_ema. in state_dict”; empty for a file that
    /// holds nothing but a network.
    package var words: String {
        let place = keys.joined(separator: "/")
        if prefix.isEmpty { return place }
        return place.isEmpty ? prefix : "\(prefix) in \(place)"
    }

    /// Whether a key or a prefix says that its weights are a moving average. `Gs` is StyleGAN's name for it.
    static func namesAnAverage(_ name: String) -> Bool {
        name.lowercased().split { !$0.isLetter && !$0.isNumber }
            .contains { ["ema", "averaged", "average", "swa", "gs"].contains($0) }
    }
}

/// A fact about a network that its file states beside the tensors.
package enum WeightSetting: Sendable, Hashable {
    case number(Double)
    case numbers([Double])
    case boolean(Bool)
    case text(String)
    /// It is stated that there is none.
    case none
}

/// The tensors of a dictionary in a file.
struct WeightGroup {
    /// A tensor: its name, its extents, its type of numbers, and its place among all tensors of the file.
    struct Member {
        let name: String
        let shape: [Int]
        let type: NumberType
        let place: Int
    }

    /// The keys under which the dictionary lies, from the outside in.
    let keys: [String]
    /// In the order of the file.
    var members: [Member]
    /// What the file says of the network beside its tensors.
    var settings: [String: WeightSetting] = [:]

    /// The group with one more tensor.
    func adding(_ member: Member) -> WeightGroup {
        var group = self
        group.members.append(member)
        return group
    }

    /// The keys under which training programs keep the network's tensors, in order of preference.
    private static let wrappers = [
        "params_ema", "params-ema", "params", "model_state_dict", "state_dict", "model", "net",
    ]
    /// Names of tensors with one number that are no weights, even if they were converted to floats.
    private static let counters: Set = [
        "num_batches_tracked", "n_averaged", "step_counter", "initted", "step", "global_step", "iter", "iteration",
        "epoch", "num_updates", "decay",
    ]
    /// How many dots a prefix has at most, and how many prefixes with as many dots are tried.
    private static let (depth, most) = (4, 64)

    /// The place among groups of one file: known keys first, then the outermost dictionary, then unknown keys. The
    /// state of an optimizer, which has a network's shapes, comes last.
    var rank: Int {
        func rank(_ key: String) -> Int {
            let isOptimizer = ["optim", "exp_avg", "momentum"].contains { key.lowercased().contains($0) }
            return Self.wrappers.firstIndex(of: key) ?? Self.wrappers.count + (isOptimizer ? 2 : 1)
        }
        return keys.map(rank).max() ?? Self.wrappers.count
    }

    /// The whole group without the prefixes that wrappers leave.
    var whole: WeightPart {
        let names = strippedNames(members.map(\.name))
        let first = names.indices.first { names[$0] != nil }
        let prefix = first.map { members[$0].name.dropLast(names[$0]?.count ?? 0) } ?? ""
        return part(String(prefix), zip(names, members).compactMap { name, member in name.map { ($0, member) } })
    }

    /// The parts whose names begin alike, those with the shortest prefixes first.
    func parts(except known: String) -> [WeightPart] {
        var byPrefix = ["": members]
        var order = [[""]] + [[String]](repeating: [], count: Self.depth)
        for member in members {
            let dots = member.name.indices.lazy.filter { member.name[$0] == "." }.prefix(Self.depth)
            for (depth, dot) in dots.enumerated() {
                let prefix = String(member.name[...dot])
                if byPrefix[prefix] == nil {
                    guard order[depth + 1].count < Self.most else { break }
                    order[depth + 1].append(prefix)
                }
                byPrefix[prefix, default: []].append(member)
            }
        }
        return order.joined().filter { $0 != known }.map { prefix in
            part(prefix, (byPrefix[prefix] ?? []).map { (String($0.name.dropFirst(prefix.count)), $0) })
        }
    }

    private func part(_ prefix: String, _ members: [(name: String, member: Member)]) -> WeightPart {
        var entries: [String: WeightPart.Entry] = [:]
        for (name, member) in members {
            let isSingle = member.shape.allSatisfy { $0 == 1 }
            let last = name.split(separator: ".").last.map(String.init) ?? name
            entries[name] = WeightPart.Entry(
                shape: member.shape, isCounter: isSingle && (member.type.isInteger || Self.counters.contains(last)),
                type: member.type, place: member.place)
        }
        return WeightPart(keys: keys, prefix: prefix, entries: entries, settings: settings)
    }
}

/// The parts of a file, in order of preference.
struct WeightParts {
    /// The part that the file is most likely for: the first group, whole.
    let main: WeightPart
    let all: [WeightPart]

    /// - Parameter groups: in the order of the file; at least one.
    init(_ groups: [WeightGroup]) {
        let average = groups.indices.sorted { a, b in
            func key(_ index: Int) -> (Int, Int, Int) {
                (groups[index].keys.contains { WeightPart.namesAnAverage($0) } ? 0 : 1, groups[index].rank, index)
            }
            return key(a) < key(b)
        }
        let sorted = average.map { groups[$0] }
        main = sorted[0].whole
        let parts = sorted.flatMap { group in
            let whole = group.whole
            return [whole] + group.parts(except: whole.prefix)
        }
        all = parts.filter(\.isAverage) + parts.filter { !$0.isAverage }
    }
}

/// The names without the prefixes that wrappers leave. `module.` and `_orig_mod.` are removed if all names have them.
/// `netG.` is removed if any name has it; names without it, such as those of a discriminator, then become nil.
func strippedNames(_ names: [String]) -> [String?] {
    var result: [String?] = names
    for _ in 0..<4 {
        let present = result.compactMap(\.self)
        if let prefix = ["module.", "_orig_mod."].first(where: { p in present.allSatisfy { $0.hasPrefix(p) } }) {
            result = result.map { $0.map { String($0.dropFirst(prefix.count)) } }
        } else if present.contains(where: { $0.hasPrefix("netG.") }) {
            result = result.map { $0.flatMap { $0.hasPrefix("netG.") ? String($0.dropFirst(5)) : nil } }
        } else {
            break
        }
    }
    return result
}
