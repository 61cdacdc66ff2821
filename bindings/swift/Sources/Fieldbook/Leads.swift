import FieldbookGenerated
import Foundation

/// Leads: capture, the pool, their points, and what they become.
extension Book {
    /// Takes a lead into the book. One with the same email address or telephone number is the same lead: its empty fields
    /// are filled in, its source stays, and the new source is kept as a touch.
    public func captureLead(_ fields: [String: FieldValue]) async throws(BookError) -> CapturedLead {
        try await book { try $0.captureLead(fields: fields) }
    }

    /// The fields of a lead for each business card in a text: a vCard of a file, or the text of a QR code (vCard or MECARD).
    ///
    /// Nothing is written: show them, then call ``captureLead(_:)``. Throws `BookError.BadRequest` for a text that is no card.
    public func leadsOfCards(_ text: String) async throws(BookError) -> [[String: FieldValue]] {
        try await book { try $0.leadsOfCards(text: text) }
    }

    /// A lead in the pool: who holds it, until when, and what was done about it.
    public func leadStanding(_ lead: String) async throws(BookError) -> LeadStanding {
        try await book { try $0.leadStanding(id: lead) }
    }

    /// The leads that are neither converted nor closed, in the order of lists.
    public func leads() async throws(BookError) -> [LeadStanding] { try await book { try $0.leads() } }

    /// The open leads with their points, the most promising first; empty while too few came to an end to learn from.
    public func scoredLeads() async throws(BookError) -> [ScoredLead] { try await book { try $0.scoredLeads() } }

    /// Claims a lead for the rep of this book. The claim is pending until the server has answered: it grants the one that
    /// arrives first.
    ///
    /// Throws `LeadError.NotFree` if somebody holds it, as far as this device knows.
    public func claimLead(_ lead: String) async throws(LeadError) -> LeadStanding {
        try await run(LeadError.self) { try $0.claimLead(id: lead) }
    }

    /// Gives a lead back to the pool.
    ///
    /// Throws `LeadError.NotHeld` if somebody else holds it, or nobody.
    public func returnLead(_ lead: String, why: String? = nil) async throws(LeadError) -> LeadStanding {
        try await run(LeadError.self) { try $0.returnLead(id: lead, why: why) }
    }

    /// Writes down a `call`, `visit`, `message` or `reply`; one of the holder prolongs the protection.
    public func touchLead(_ lead: String, _ kind: String, text: String? = nil) async throws(LeadError) -> LeadStanding {
        try await run(LeadError.self) { try $0.touchLead(id: lead, kind: kind, text: text) }
    }

    /// Makes an account, a contact and, if `deal` names one, a deal of a lead, in one act.
    ///
    /// Throws `LeadError.NotFree` if somebody else holds the lead, or it is converted or closed.
    public func convertLead(_ lead: String, deal: String? = nil) async throws(LeadError) -> ConvertedLead {
        try await run(LeadError.self) { try $0.convertLead(id: lead, deal: deal) }
    }
}

extension Touch {
    /// The time of the act.
    public var at: Date { Date(unixMilliseconds: atMs) }
}
