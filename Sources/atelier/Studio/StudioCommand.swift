import ArgumentParser
import Atelier
import Files
import Foundation
import Reporting
import Studio

/// `atelier studio`.
struct StudioCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "studio",
        abstract: "Open a page to draw, generate and upscale with all models, and to train.",
        discussion: """
            Serves a page at http://127.0.0.1:7860 until Ctrl-C. It works without the internet, and nothing leaves this \
            machine. With another --host, other machines reach it, too; the address then ends in a token that requests \
            need.

            Programs can use what the page uses: http://127.0.0.1:7860/api/openapi.json describes it.

            Examples:
              atelier studio
              atelier studio --open
              atelier studio --port 8080 --data ~/photos --runs ~/runs
              atelier studio --host 192.168.1.20
            """)

    @Option(
        help: ArgumentHelp(
            "The address to listen at, as numbers: 127.0.0.1 for this machine alone, 0.0.0.0 for any.",
            valueName: "address"))
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("The port; 0 for any that is free.", valueName: "number"))
    var port: UInt16 = 7860

    @Option(
        help: ArgumentHelp(
            "A folder of images to train on. Repeat for more. No other folder can be chosen in the page.",
            valueName: "dir"))
    var data: [String] = []

    @Option(
        help: ArgumentHelp(
            "A folder that holds runs: they are shown, and new ones go to the first. Repeat for more. [runs, if there is one]",
            valueName: "dir"))
    var runs: [String] = []

    @Flag(name: .customLong("open"), help: "Show the page in the browser.")
    var opensBrowser = false

    @Option(
        help: ArgumentHelp("Compute with so many threads; by default with one for each core.", valueName: "number"))
    var threads: Int?

    @Flag(help: "Print the address as a JSON object.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print only errors.")
    var quiet = false

    @OptionGroup var weights: WeightOptions

    func run() throws {
        if let threads { setComputeThreads(threads) }
        // A client that has gone is an error of its connection, not of the program.
        signal(SIGPIPE, SIG_IGN)
        let token = Access.isLoopback(host) ? nil : randomName()
        let studio = Studio(places)
        let server: StudioServer
        do {
            server = try StudioServer(host: host, port: port) { host, port in
                Router(studio.routes, access: Access(host: host, port: port, names: names, token: token))
            }
        } catch { throw Failure("\(error)") }
        let address = "http://\(shownHost):\(server.port)/" + (token.map { "?token=\($0)" } ?? "")
        say(address)
        if opensBrowser { openBrowser(address) }
        try serve(server)
    }

    func validate() throws {
        for folder in data + runs where FileStatus(folder)?.kind != .folder {
            throw ValidationError("There is no folder \(folder).")
        }
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads must be from 1 to 1024.") }
    }

    private var places: Studio.Places {
        let own = ProcessInfo.processInfo.environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        return Studio.Places(
            store: weights.store, importFolder: (own ?? NSHomeDirectory() + "/.local/share") + "/atelier/models",
            data: data, runs: runs.isEmpty ? ["runs"] : runs,
            program: Bundle.main.executablePath ?? CommandLine.arguments[0])
    }

    private func say(_ address: String) {
        if json {
            var line = JSONLine()
            line.add("address", address)
            print(line.text)
        } else if !quiet {
            print("Studio is at \(address)\nCtrl-C ends it.")
        }
        fflush(nil)
    }

    /// Names under which this machine may be reached, if others reach it at all.
    private var names: [String] {
        guard !Access.isLoopback(host) else { return [] }
        return [ProcessInfo.processInfo.hostName] + Host.current().addresses
    }

    private var shownHost: String {
        if host == "0.0.0.0" || host == "::" { return ProcessInfo.processInfo.hostName }
        return host.contains(":") ? "[\(host)]" : host
    }

    private func serve(_ server: StudioServer) throws {
        StopRequest.listen()
        signal(SIGPIPE, SIG_IGN)
        defer { StopRequest.stopListening() }
        let serving = Task { try await server.run() }
        let ended = DispatchSemaphore(value: 0)
        Task {
            _ = await serving.result
            ended.signal()
        }
        while StopRequest.pending == nil, ended.wait(timeout: .now() + .milliseconds(200)) == .timedOut {}
        serving.cancel()
        if !quiet, StopRequest.pending != nil { Console.standardError.line("Studio has ended.") }
    }

    private func openBrowser(_ address: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["xdg-open", address]
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { Console.standardError.line("No browser could be opened: open \(address)") }
    }
}
