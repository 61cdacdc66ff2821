import Fieldbook
import Foundation
import Observation

/// A customer in a list.
public struct AccountRow: Identifiable, Hashable, Sendable {
    /// The id of the customer.
    public let id: String
    /// The customer's name.
    public let title: String
    /// Street and city, as far as they are known.
    public let address: String?
    /// The customer's tier.
    public let tier: String?
    /// The distance from the phone, metres; nil when it was not asked for.
    public let distanceM: Double?
    /// The number of values that wait for a choice.
    public let conflicts: Int
}

/// All customers page by page, those that a search finds, or those nearby.
@MainActor @Observable public final class AccountsModel {
    /// The words of the search, as they are being typed; they outlive the process.
    public var query: String {
        didSet { saved["query"] = query.isEmpty ? nil : query }
    }
    /// `true` to show those nearby, the nearest first.
    public var isNear: Bool {
        didSet { saved["near"] = isNear ? "yes" : nil }
    }
    /// The customers so far.
    public private(set) var rows: [AccountRow] = []
    /// `true` if more customers follow the last one.
    public private(set) var hasMore = false
    /// `true` until the first rows are there.
    public private(set) var isLoading = true
    /// The last refusal.
    public private(set) var message: Message?

    private static let pageSize: UInt32 = 50
    private static let nearM = 5_000.0

    private let app: AppModel
    private let repository: BookRepository
    private let saved: SavedPart
    private var isFetching = false

    /// A model of all customers.
    public init(app: AppModel, repository: BookRepository, saved: SavedPart) {
        (self.app, self.repository, self.saved) = (app, repository, saved)
        (query, isNear) = (saved["query"] ?? "", saved["near"] != nil)
    }

    /// Follows the changes of the book, until the task is cancelled. Those nearby stay as they were found.
    public func run() async {
        await follow(repository) { if !isNear { await reload() } }
    }

    /// Searches a moment after the last letter; a task that is cancelled by the next letter shows nothing.
    public func search() async {
        do { try await Task.sleep(for: .milliseconds(150)) } catch { return }
        await reload()
    }

    /// Shows those nearby, or all again.
    public func showNear(_ isNear: Bool) async {
        if isNear, app.location.access == .none { await app.location.requestAccess() }
        self.isNear = isNear
        await reload()
    }

    /// Fetches the next page: the rep has come near the end of the list.
    public func loadMore() async {
        guard hasMore, !isFetching, let last = rows.last else { return }
        isFetching = true
        defer { isFetching = false }
        await attempt {
            let page = try await page(after: last.id)
            // A reload may have replaced the list meanwhile.
            guard rows.last?.id == last.id, hasMore else { return }
            (rows, hasMore) = (rows + page.records.map { row($0) }, page.more)
        }
    }

    private func reload() async {
        let asked = (query, isNear)
        await attempt {
            let found =
                if isNear { (try await near(), false) } else if !query.isEmpty { (try await matches(), false) } else {
                    try await pages(atLeast: rows.count)
                }
            guard asked == (query, isNear), !Task.isCancelled else { return }
            (rows, hasMore, isLoading) = (found.0, found.1, false)
        }
    }

    private func attempt(_ work: @MainActor () async throws -> Void) async {
        message = nil
        if let refused = await refusal(work) { (message, isLoading) = (refused, false) }
    }

    private func page(after: String?) async throws -> Page {
        let query = Query(kind: .account, deleted: .hide, after: after, limit: AccountsModel.pageSize)
        return try await repository.book.list(query)
    }

    /// One page, or after a change as many as were shown.
    private func pages(atLeast: Int) async throws -> ([AccountRow], Bool) {
        var (found, more): ([AccountRow], Bool) = ([], true)
        while more, found.isEmpty || found.count < atLeast {
            let page = try await page(after: found.last?.id)
            (found, more) = (found + page.records.map { row($0) }, page.more)
        }
        return (found, more)
    }

    private func matches() async throws -> [AccountRow] {
        try await repository.book.search(query, kind: .account).map { row($0) }
    }

    private func near() async throws -> [AccountRow] {
        guard let fix = await app.location.fixes().last else {
            message = Message(app.location.access == .none ? .noPermission : .noPosition)
            return []
        }
        let found = try await repository.book.near(Place(lat: fix.lat, lon: fix.lon), withinM: AccountsModel.nearM)
        var seen: Set<String> = []
        return found.filter { seen.insert($0.account.id).inserted }.map { row($0.account, distanceM: $0.distanceM) }
    }

    private func row(_ record: Record, distanceM: Double? = nil) -> AccountRow {
        let address = record.account.map { [$0.address.street, $0.address.city].compactMap { $0 } } ?? []
        return AccountRow(
            id: record.id, title: record.title, address: address.isEmpty ? nil : address.joined(separator: ", "),
            tier: record.account?.tier, distanceM: distanceM, conflicts: Int(record.conflicts))
    }
}

extension AccountsModel {
    /// The customers as rows.
    public func rows(_ texts: Texts) -> [Row] {
        rows.map { row in
            let choose = row.conflicts > 0 ? texts(Message(counting: row.conflicts, .conflicts)) : nil
            return Row(
                id: row.id, badge: row.tier.map { String($0.prefix(2)) } ?? "·", title: row.title, detail: row.address,
                trailing: row.distanceM.map { texts(metres($0)) } ?? choose, tone: choose == nil ? .plain : .warning,
                account: row.id)
        }
    }

    /// The hint in place of an empty list.
    public var emptyHint: TextKey { query.isEmpty && !isNear ? .noAccountsHint : .nothingFoundHint }
}
