import Foundation
import Observation

/// Small texts that outlive the process: where the rep was, a search, a draft, a visit that is open.
///
/// The scene keeps ``encoded`` and gives it back when the system starts the app again.
@MainActor @Observable public final class SavedState {
    private var values: [String: String]

    /// The state that `encoded` holds; an empty one for a text that is none.
    public init(encoded: String = "") {
        values = (try? JSONDecoder().decode([String: String].self, from: Data(encoded.utf8))) ?? [:]
    }

    /// The state as one text.
    public var encoded: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return (try? encoder.encode(values)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// The text under a key; nil removes it.
    public subscript(key: String) -> String? {
        get { values[key] }
        set { values[key] = newValue }
    }

    /// The part of the state that belongs to one screen.
    public func part(_ screen: String) -> SavedPart { SavedPart(state: self, screen: screen) }

    /// Forgets the part of a screen that was left for good.
    public func forget(_ screen: String) {
        values = values.filter { !$0.key.hasPrefix("\(screen)/") }
    }
}

/// The saved state of one screen.
@MainActor public struct SavedPart {
    let state: SavedState
    let screen: String

    /// The text under a key of this screen; nil removes it.
    public subscript(key: String) -> String? {
        get { state["\(screen)/\(key)"] }
        nonmutating set { state["\(screen)/\(key)"] = newValue }
    }

    /// The whole number under a key of this screen; nil removes it.
    public subscript(number key: String) -> Int64? {
        get { self[key].flatMap { Int64($0) } }
        nonmutating set { self[key] = newValue.map { String($0) } }
    }
}
