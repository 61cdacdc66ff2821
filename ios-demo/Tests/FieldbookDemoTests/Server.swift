import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A real `fieldbook-server` on a free port of this machine, with fresh data. It ends with its owner.
final class Server {
    private let process = Process()
    private let data: URL

    /// Its address, such as `http://127.0.0.1:43121`.
    let url: String

    /// Starts a server whose data lies in `folder`.
    init(in folder: URL) throws {
        data = folder.appending(path: "server")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        process.executableURL = Server.program
        process.arguments = ["serve", "--listen", "127.0.0.1:0", "--data", data.path]
        let output = Pipe()
        (process.standardOutput, process.standardError) = (output, FileHandle.nullDevice)
        try process.run()
        var text = ""
        while !text.contains("listening on ") || !text.hasSuffix("\n") {
            let piece = output.fileHandleForReading.availableData
            if piece.isEmpty { throw NoServer(printed: text) }
            text += String(decoding: piece, as: UTF8.self)
        }
        let line = text.split(separator: "\n").first { $0.hasPrefix("listening on ") } ?? ""
        url = line.dropFirst("listening on ".count).trimmingCharacters(in: .whitespaces)
        _ = try admin("territory", "add", "North")
    }

    deinit { stop() }

    /// A one-time code for a new rep of this name.
    func code(_ name: String) throws -> String {
        _ = try admin("user", "add", name, "--role", "rep", "--territory", "North")
        return try admin("user", "code", name)
    }

    /// Takes back the code that is left.
    func cancelTheLastCode() throws {
        let id = try admin("code", "list").prefix { $0 != " " }
        _ = try admin("code", "cancel", String(id))
    }

    /// A second code for a rep who is known already.
    func anotherCode(_ name: String) throws -> String { try admin("user", "code", name) }

    /// Lets it take connections and answer nothing.
    func hang() { kill(process.processIdentifier, SIGSTOP) }

    /// Lets it answer again.
    func goOn() { kill(process.processIdentifier, SIGCONT) }

    /// Ends it, if it still runs.
    func stop() {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    private func admin(_ words: String...) throws -> String {
        let command = Process()
        command.executableURL = Server.program
        command.arguments = ["admin", "--data", data.path] + words
        let output = Pipe()
        command.standardOutput = output
        try command.run()
        let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        command.waitUntilExit()
        guard command.terminationStatus == 0 else { throw NoServer(printed: printed) }
        return printed.split(separator: "\n").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
    }

    private static var program: URL {
        let folder = ProcessInfo.processInfo.environment["FIELDBOOK_LIB"]
        return folder.map { URL(fileURLWithPath: $0) }?.appending(path: "fieldbook-server")
            ?? checkout.appending(path: "target/debug/fieldbook-server")
    }
}

/// The server did not start, or an administrator's command failed.
struct NoServer: Error {
    /// The output of the program.
    let printed: String
}
