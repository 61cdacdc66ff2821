import Fieldbook
import Foundation
import Observation

/// All that lives as long as the process: the open book, and the platform behind small interfaces.
@MainActor @Observable public final class AppModel {
    /// The progress of opening the book.
    public enum BookState {
        /// It is being opened.
        case opening
        /// It is open.
        case open(BookRepository)
        /// It could not be opened; the file was left as it is.
        case failed(Message)
    }

    /// The book, once it is open.
    public private(set) var book: BookState = .opening
    /// The rep's choices.
    public let settings: SettingsStore
    /// The phone's place.
    public let location: any LocationSource
    /// Background sync.
    public let scheduler: any SyncScheduler
    /// The shipped sample.
    public let sample: any SampleFiles
    /// The time.
    public let clock: AppClock

    private let file: URL
    private var isOpening = false

    /// A model of the book in `file`, which ``open()`` opens.
    public init(
        file: URL, settings: SettingsStore, location: any LocationSource, scheduler: any SyncScheduler,
        sample: any SampleFiles, clock: AppClock = .phone
    ) {
        (self.file, self.settings, self.location) = (file, settings, location)
        (self.scheduler, self.sample, self.clock) = (scheduler, sample, clock)
    }

    /// The texts in the rep's language.
    public var texts: Texts { Texts(language: settings.settings.language, zone: clock.zone) }

    /// Opens the book unless it is open; also after a failure, when the rep has made room or closed the other app.
    public func open() async {
        if case .open = book { return }
        guard !isOpening else { return }
        isOpening = true
        defer { isOpening = false }
        do {
            book = .open(BookRepository(book: try await Book.open(at: file), scheduler: scheduler))
        } catch {
            book = .failed(sentence(about: error))
        }
    }

    /// The repository of the open book; nil while there is none.
    public var repository: BookRepository? { if case .open(let repository) = book { repository } else { nil } }

    /// The ground of the maps: the sample's streets.
    public func ground() async -> [Ground] {
        let file = sample.file("streets.csv")
        return await Task.detached { Ground.read(file) }.value
    }

    /// One sync without a screen; returns `true` if it is worth trying again soon.
    public func backgroundSync() async -> Bool {
        await open()
        guard let repository else { return false }
        do {
            _ = try await repository.book.syncNow(deadline: .seconds(25))
            return false
        } catch {
            switch error {
            case .NoConnection, .TimedOut, .Interrupted, .ServerFailed, .Busy: return true
            default: return false  // the rep has to do something: the screen Sync says what
            }
        }
    }
}
