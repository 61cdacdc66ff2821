import Fieldbook
import Foundation
import Observation

/// Joining a server, and the rep's choices for this phone.
@MainActor @Observable public final class SettingsModel {
    /// The state of the book; nil until it was read.
    public private(set) var status: Status?
    /// The server's address, as it is being written; it outlives the process.
    public private(set) var url: String
    /// The one-time code, as it is being written; it outlives the process.
    public var code: String {
        didSet { saved["code"] = code.isEmpty ? nil : code }
    }
    /// `true` while the server is being asked.
    public private(set) var isJoining = false
    /// The name under which the server knows the rep, after a join.
    public private(set) var joined: String?
    /// The last refusal.
    public private(set) var message: Message?

    private let app: AppModel
    private let repository: BookRepository
    private let deviceName: String
    private let saved: SavedPart

    /// A model of the settings of the phone named `deviceName`.
    public init(app: AppModel, repository: BookRepository, deviceName: String, saved: SavedPart) {
        (self.app, self.repository, self.deviceName, self.saved) = (app, repository, deviceName, saved)
        (url, code) = (saved["url"] ?? "", saved["code"] ?? "")
    }

    /// The rep's choices.
    public var settings: AppSettings {
        get { app.settings.settings }
        set { app.settings.settings = newValue }
    }

    /// `true` if address and code are there and the server is not being asked.
    public var canJoin: Bool { !url.isEmpty && !code.isEmpty && !isJoining }

    /// Reads the state of the book.
    public func load() async { await attempt { status = try await repository.book.status() } }

    /// Takes the server's address as it is being written, or a QR code's text with address and code.
    public func write(url text: String) {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        if words.count == 2 { (url, code) = (words[0], words[1]) } else { url = text }
        saved["url"] = url.isEmpty ? nil : url
    }

    /// Joins the server, then asks for a first sync.
    public func join() async {
        guard canJoin else { return }
        (isJoining, message) = (true, nil)
        let (url, code) = (url.trimmingCharacters(in: .whitespaces), code.trimmingCharacters(in: .whitespaces))
        await attempt {
            let name = deviceName
            joined = try await repository.edit {
                try await repository.book.join(url: url, code: code, deviceName: name).userName
            }
            app.scheduler.regularly()
            self.code = ""
            status = try await repository.book.status()
        }
        isJoining = false
    }

    /// Moves the start of the working day by half an hour for each step.
    public func moveStart(_ steps: Int32) {
        settings.workFromS = clamped(settings.workFromS + steps * 1_800, 0, settings.workUntilS - 1_800)
    }

    /// Moves the end of the working day by half an hour for each step.
    public func moveEnd(_ steps: Int32) {
        settings.workUntilS = clamped(settings.workUntilS + steps * 1_800, settings.workFromS + 1_800, 84_600)
    }

    /// Changes the duration of lunch by a quarter of an hour for each step.
    public func changeLunch(_ steps: Int32) {
        settings.lunchS = clamped(settings.lunchS + steps * 900, 0, 7_200)
    }

    private func clamped(_ value: Int32, _ least: Int32, _ most: Int32) -> Int32 { min(max(value, least), most) }

    private func attempt(_ work: @MainActor () async throws -> Void) async {
        if let refused = await refusal(work) { message = refused }
    }
}

/// The settings in words.
extension SettingsModel {
    /// The choices of language: a tag, or nil for that of the phone, with its name.
    public func languages(_ texts: Texts) -> [(tag: String?, name: String)] {
        [(nil, texts(.languageOfPhone)), ("en", "English"), ("zh-Hans", "中文")]
    }

    /// The duration of lunch.
    public var lunch: Message { settings.lunchS == 0 ? Message(.noLunch) : age(Int64(settings.lunchS)) }

    /// The rep's name on the server as the title, address and territories below it; nil before joining.
    public var server: Row? {
        guard let status, let url = status.serverUrl else { return nil }
        let lines = [url] + status.territories.map(\.name)
        return Row(id: "server", title: status.rep ?? url, detail: lines.joined(separator: "\n"), tone: .good)
    }
}
