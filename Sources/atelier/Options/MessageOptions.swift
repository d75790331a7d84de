import ArgumentParser

/// How much a command says, and in what form.
struct MessageOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Print only warnings and errors.")
    var quiet = false

    @Flag(help: "Print JSON lines on standard output instead of text.")
    var json = false
}
