import FieldbookGenerated
import Foundation

/// The company's rules, reviews of records, and transfers from one person to another.
extension Book {
    /// Does what the company's rules ask for and is not done yet. Call it when the app is opened and after a sync: an
    /// occasion is served once, however many devices find it.
    public func runRules() async throws(BookError) -> RulesReport { try await book { try $0.runRules() } }

    /// What the company's rules would do now. Nothing is written.
    public func previewRules() async throws(BookError) -> RulesReport { try await book { try $0.previewRules() } }

    /// The open tasks with a reminder at or before `until`, the earliest first, for the alarms of the platform.
    public func reminders(until: Date) async throws(BookError) -> [Record] {
        try await book { try $0.reminders(untilMs: until.unixMilliseconds) }
    }

    /// The three levels of review of a record: the rep's self-check, the manager's review, what the system finds.
    public func reviewState(
        _ record: String, in zone: TimeZone = .current
    ) async throws(BookError) -> ReviewState {
        try await book { try $0.reviewState(id: record, zone: zone.ianaName) }
    }

    /// The deals and visits of a week's sample, `2026-W48`, that are not reviewed as they stand; `percent` of the records
    /// are drawn, and whoever draws a week gets the same ones.
    public func reviewQueue(
        of week: String, percent: UInt8 = 20, in zone: TimeZone = .current
    ) async throws(BookError) -> [ReviewState] {
        try await book { try $0.reviewQueue(week: week, percent: percent, zone: zone.ianaName) }
    }

    /// Writes a manager's review of a record as it stands: an edit of a field reopens it for that field.
    ///
    /// Throws `RecordReviewError.Forbidden` in a rep's book, and `NoNote` for a failed review without a note.
    public func review(
        _ record: String, _ verdict: ReviewVerdict, note: String? = nil
    ) async throws(RecordReviewError) -> Record {
        try await run(RecordReviewError.self) { try $0.reviewRecord(id: record, verdict: verdict, note: note) }
    }

    /// What a transfer from one person to another would hand over: of one account, or everything. Nothing is written.
    public func previewTransfer(
        from: String, to: String, account: String? = nil
    ) async throws(OwnerTransferError) -> [Transferred] {
        try await run(OwnerTransferError.self) {
            try $0.previewTransfer(fromPerson: from, toPerson: to, account: account)
        }
    }

    /// Hands over what one person owns to another, as one act: accounts, open deals, open tasks and planned visits.
    ///
    /// Throws `OwnerTransferError.Forbidden` if a rep hands over what is another's.
    public func transfer(
        from: String, to: String, account: String? = nil
    ) async throws(OwnerTransferError) -> [Transferred] {
        try await run(OwnerTransferError.self) { try $0.transfer(fromPerson: from, toPerson: to, account: account) }
    }
}

extension Review {
    /// The time of the review.
    public var at: Date { Date(unixMilliseconds: atMs) }
}
