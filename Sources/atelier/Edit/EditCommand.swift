import ArgumentParser

/// `atelier edit`.
struct EditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Change what a generator makes.",
        subcommands: [EditPathCommand.self])
}
