import Observation

/// The five tabs at the bottom.
public enum AppTab: String, CaseIterable, Sendable {
    /// The day.
    case today
    /// All customers.
    case accounts
    /// All deals.
    case deals
    /// All tasks.
    case tasks
    /// What is unsent.
    case sync

    /// The tab's word.
    public var title: TextKey {
        switch self {
        case .today: .today
        case .accounts: .accounts
        case .deals: .deals
        case .tasks: .tasks
        case .sync: .sync
        }
    }

    /// The name of the tab's SF Symbol.
    public var symbol: String {
        switch self {
        case .today: "calendar"
        case .accounts: "person.2"
        case .deals: "list.bullet"
        case .tasks: "checkmark.circle"
        case .sync: "arrow.triangle.2.circlepath"
        }
    }
}

/// A screen on top of a tab.
public enum Destination: Hashable, Sendable {
    /// One customer.
    case account(String)
    /// At a customer's door.
    case checkIn(String)
    /// A deal in front of a shut gate.
    case move(deal: String, stage: String)
    /// The rep's choices.
    case settings

    /// The destination as a word, for the saved state.
    var word: String {
        switch self {
        case .account(let id): "account:\(id)"
        case .checkIn(let id): "check-in:\(id)"
        case .move(let deal, let stage): "move:\(deal):\(stage)"
        case .settings: "settings"
        }
    }

    init?(word: Substring) {
        let parts = word.split(separator: ":", maxSplits: 2).map(String.init)
        switch (parts.first, parts.count) {
        case ("account", 2): self = .account(parts[1])
        case ("check-in", 2): self = .checkIn(parts[1])
        case ("move", 3): self = .move(deal: parts[1], stage: parts[2])
        case ("settings", 1): self = .settings
        default: return nil
        }
    }
}

/// The place in the app; it outlives the process.
@MainActor @Observable public final class Router {
    /// The tab that is shown.
    public var tab: AppTab {
        didSet {
            if tab != oldValue { path = [] }
            saved["tab"] = tab.rawValue
        }
    }
    /// The screens on top of the tab.
    public var path: [Destination] {
        didSet {
            saved["path"] = path.isEmpty ? nil : path.map(\.word).joined(separator: " ")
            for left in oldValue where !path.contains(left) { state.forget(left.word) }
        }
    }

    private let state: SavedState
    private let saved: SavedPart

    /// The place that `state` holds; the day for a new one.
    public init(state: SavedState) {
        (self.state, saved) = (state, state.part("router"))
        tab = saved["tab"].flatMap(AppTab.init) ?? .today
        path = (saved["path"] ?? "").split(separator: " ").compactMap(Destination.init)
    }

    /// Goes on to a screen.
    public func open(_ destination: Destination) { path.append(destination) }

    /// Leaves a screen, if the rep is there.
    public func leave(_ destination: Destination) { if path.last == destination { path.removeLast() } }

    /// The saved state of a tab's own screen.
    public func saved(_ tab: AppTab) -> SavedPart { state.part(tab.rawValue) }

    /// The saved state of a screen on top of a tab; it is forgotten when the rep leaves the screen for good.
    public func saved(_ destination: Destination) -> SavedPart { state.part(destination.word) }
}
