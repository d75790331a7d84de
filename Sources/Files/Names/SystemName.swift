/// Whether a file or folder of this name is what systems and file managers leave among people's files.
package func isSystemName(_ name: String) -> Bool {
    name.hasPrefix("._") || systemNames.contains(name.lowercased())
}

private let systemNames: Set<String> = [
    ".ds_store", ".appledouble", ".spotlight-v100", ".trashes", ".fseventsd", "__macosx", "@eadir", "thumbs.db",
    "ehthumbs.db", "desktop.ini", "$recycle.bin", "system volume information", "lost+found",
]
