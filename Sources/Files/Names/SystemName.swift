/// Whether operating systems and file managers create files or folders with this name.
package func isSystemName(_ name: String) -> Bool {
    name.hasPrefix("._") || systemNames.contains(name.lowercased())
}

private let systemNames: Set<String> = [
    ".ds_store", ".appledouble", ".spotlight-v100", ".trashes", ".fseventsd", "__macosx", "@eadir", "thumbs.db",
    "ehthumbs.db", "desktop.ini", "$recycle.bin", "system volume information", "lost+found",
]
