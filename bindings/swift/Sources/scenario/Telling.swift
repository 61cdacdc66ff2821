import Fieldbook
import Foundation

/// Prints why a call was refused: which variant, and its data.
func refused(_ what: String, _ call: () throws -> Void) {
    do {
        try call()
        print("NOT refused, \(what)")
    } catch {
        print("refused, \(what): \(told(error))")
    }
}

func told(_ error: any Error) -> String {
    switch error {
    case let error as StoreError: told(error)
    case let error as BookError: told(error)
    case let error as CheckInError: told(error)
    case let error as SyncError: told(error)
    case let error as ImportFault: told(error)
    case TrackRulesError.BadHours: "bad_hours"
    case RecordFixError.BadFix(let fault): "bad_fix \(told(fault))"
    default: "something else: \(error)"
    }
}

func told(_ error: StoreError) -> String {
    switch error {
    case .NotABook: "not_a_book"
    case .CannotOpen: "cannot_open"
    default: "something else: \(error)"
    }
}

func told(_ error: BookError) -> String {
    switch error {
    case .NoSuchRecord(let id): "no_such_record id=\(id)"
    case .WrongKind(_, let found, let wanted): "wrong_kind found=\(found.spoken) wanted=\(wanted.spoken)"
    case .Deleted: "deleted"
    case .BadField(let fault): "bad_field \(fault.field): \(told(fault.why))"
    case .BadLimit(let asked, let most): "bad_limit asked=\(asked) most=\(most)"
    case .NoSuchChange: "no_such_change"
    case .BadRequest(let what): "bad_request \(what)"
    case .Store(let error): "store \(told(error))"
    case .RecordFull, .CannotWrite, .Stage: "something else: \(error)"
    }
}

func told(_ error: CheckInError) -> String {
    switch error {
    case .AlreadyOpen: "already_open"
    case .NotNow(_, let state): "not_now \(state)"
    case .BadFix(let index, let fault): "bad_fix \(index) \(told(fault))"
    case .OtherAccount, .NotThen, .Book: "something else: \(error)"
    }
}

func told(_ error: SyncError) -> String {
    switch error {
    case .NotJoined: "not_joined"
    case .AlreadyJoined: "already_joined"
    case .NoConnection: "no_connection"
    case .BadAddress: "bad_address"
    case .Refused(let fault): "refused \(snake("\(fault)"))"
    default: "something else: \(error)"
    }
}

func told(_ error: ImportFault) -> String {
    switch error {
    case .File(.io(let kind)): "file io \(kind)"
    case .File(.notMatched(let wanted)): "file not_matched \(wanted)"
    case .File: "file else"
    case .Book(let error): told(error)
    }
}

func told(_ why: Why) -> String {
    switch why {
    case .unknown: "unknown"
    case .missing: "missing"
    case .wrongType(let expected): "wrong_type expected=\(expected)"
    case .malformed(let expected): "malformed expected=\(expected)"
    case .tooLong(let length, let allowed): "too_long \(length) of \(allowed)"
    case .badCharacter: "bad_character"
    case .writtenOnce: "written_once"
    }
}

func told(_ fault: FixError) -> String {
    if case .position(let error) = fault { "position \(error)" } else { "else" }
}

/// `customField` as the core spells it.
func snake(_ name: String) -> String {
    name.map { $0.isUppercase ? "_\($0.lowercased())" : "\($0)" }.joined()
}

extension FieldValue {
    var spoken: String {
        switch self {
        case .cleared: "cleared"
        case .text(let text): text
        case .int(let number): "\(number)"
        case .real(let number): number.to(2)
        case .bool(let value): value ? "yes" : "no"
        case .time(let ms): "\(ms)"
        case .id: "a record"
        }
    }
}

extension VisitState {
    var spoken: String {
        switch self {
        case .planned: "planned"
        case .open: "open"
        case .closed: "closed"
        case .skipped: "skipped"
        case .unreadable: "unreadable"
        }
    }
}

extension Kind { var spoken: String { snake("\(self)") } }
extension Verdict { var spoken: String { snake("\(self)") } }
extension Bool { var spoken: String { self ? "True" : "False" } }
extension Double { func to(_ decimals: Int) -> String { String(format: "%.\(decimals)f", self) } }
