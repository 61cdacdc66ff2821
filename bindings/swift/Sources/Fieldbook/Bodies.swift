import FieldbookGenerated

extension Record {
    /// The account that this record is, else nil.
    public var account: Account? { if case .account(let body) = body { body } else { nil } }

    /// The site that this record is, else nil.
    public var site: Site? { if case .site(let body) = body { body } else { nil } }

    /// The contact that this record is, else nil.
    public var contact: Contact? { if case .contact(let body) = body { body } else { nil } }

    /// The opportunity that this record is, else nil.
    public var opportunity: Opportunity? { if case .opportunity(let body) = body { body } else { nil } }

    /// The visit that this record is, else nil.
    public var visit: Visit? { if case .visit(let body) = body { body } else { nil } }

    /// The task that this record is, else nil.
    public var task: SalesTask? { if case .task(let body) = body { body } else { nil } }

    /// The note that this record is, else nil.
    public var note: Note? { if case .note(let body) = body { body } else { nil } }

    /// The custom field that this record declares, else nil.
    public var customField: CustomField? { if case .customField(let body) = body { body } else { nil } }

    /// The lead that this record is, else nil.
    public var lead: Lead? { if case .lead(let body) = body { body } else { nil } }

    /// The pack that this record holds, else nil.
    public var pack: Pack? { if case .pack(let body) = body { body } else { nil } }

    /// The fields of this record, if it is of a kind that this version does not know, else nil.
    public var other: OtherRecord? { if case .other(let body) = body { body } else { nil } }
}
