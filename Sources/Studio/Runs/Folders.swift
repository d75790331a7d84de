import Foundation

/// Folders of this machine that were named when Studio started. Requests name what is in them as `0/flowers/roses`: the
/// number of the folder, then names. Nothing outside of them can be reached, not even through links.
package struct NamedFolders: Sendable {
    /// The folders, as absolute paths without links.
    package let roots: [String]

    /// - Parameter roots: folders; those that do not exist are left out.
    package init(_ roots: [String]) { self.roots = roots.compactMap(Self.resolved) }

    /// The path of what a request names.
    ///
    /// - Throws: ``Refusal`` (404) for what is not there.
    package func path(_ name: String) throws(Refusal) -> String {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard let number = parts.first.flatMap({ Int($0) }), roots.indices.contains(number),
            parts.dropFirst().allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && !$0.contains("\0") })
        else { throw Self.missing(name) }
        let root = roots[number]
        guard let path = Self.resolved(([root] + parts.dropFirst().map(String.init)).joined(separator: "/")),
            path == root || path.hasPrefix(root == "/" ? "/" : root + "/")
        else { throw Self.missing(name) }
        return path
    }

    /// What a folder is called that lies in one of them; nil for any other.
    package func name(_ path: String) -> String? {
        guard let path = Self.resolved(path) else { return nil }
        for (number, root) in roots.enumerated() where path == root || path.hasPrefix(root + "/") {
            return "\(number)" + path.dropFirst(root.count)
        }
        return nil
    }

    /// The folders in a folder, in alphabetical order. Hidden ones are left out.
    package func folders(in path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { name in
            !name.hasPrefix(".") && Self.isFolder(path + "/" + name)
        }.sorted { $0.localizedStandardCompare($1) == .orderedAscending }
    }

    private static func missing(_ name: String) -> Refusal { .missing("There is no folder “\(name)” here.") }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    private static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        let path = String(cString: resolved)
        return isFolder(path) ? path : nil
    }
}
