import Fieldbook

/// The sentence about an error of the core: what happened, and what to do.
public func sentence(about error: any Error) -> Message {
    switch error {
    case let error as StoreError: sentence(error)
    case let error as BookError: sentence(error)
    case let error as CheckInError: sentence(error)
    case let error as SyncError: sentence(error)
    case let error as PlanError: sentence(error)
    case DealError.Refused(let refusal): sentence(refusal)
    case DealError.Book(let error): sentence(error)
    case ImportFault.Book(let error): sentence(error)
    case is ImportFault: Message(.errorFile)
    default: Message(.errorBug, .number(0))
    }
}

private func sentence(_ error: StoreError) -> Message {
    switch error {
    case .DiskFull: Message(.errorDiskFull)
    case .ReadOnly, .CannotOpen: Message(.errorCannotOpen)
    case .InUse: Message(.errorInUse)
    case .NotABook: Message(.errorNotABook)
    case .Newer: Message(.errorNewer)
    case .Damaged: Message(.errorDamaged)
    case .Wiped: Message(.errorWiped)
    case .WrongKey, .NoCipher: Message(.errorLocked)
    case .Io(let code): Message(.errorDevice, .number(Int(code)))
    case .Bug(let code): Message(.errorBug, .number(Int(code)))
    }
}

private func sentence(_ error: BookError) -> Message {
    switch error {
    case .NoSuchRecord: Message(.errorGone)
    case .Deleted: Message(.errorDeleted)
    case .BadField(let fault): sentence(fault)
    case .RecordFull: Message(.errorRecordFull)
    case .NoSuchChange: Message(.errorNoSuchChange)
    case .CannotWrite: Message(.errorCannotOpen)
    case .Stage(let refusal): sentence(refusal)
    case .Store(let error): sentence(error)
    case .WrongKind, .BadLimit, .BadRequest: Message(.errorBug, .number(0))
    }
}

private func sentence(_ refusal: DealRefusalReason) -> Message {
    switch refusal.code {
    case "skips_stage": Message(.errorSkips)
    case "no_such_stage", "already_there", "no_way_back": Message(.errorNoWay)
    case "pack_missing", "pack_differs": Message(.errorProcess)
    case "may_not_force": Message(.errorMayNotForce)
    case "no_reason": Message(.errorNoReason)
    default: Message(.errorGate)
    }
}

private func sentence(_ fault: FieldFault) -> Message {
    let field = Message.Value.message(fieldName(fault.field))
    return switch fault.why {
    case .missing: Message(.errorFieldMissing, field)
    case .tooLong: Message(.errorFieldTooLong, field)
    case .writtenOnce: Message(.errorWrittenOnce, field)
    case .unknown, .wrongType, .malformed, .badCharacter: Message(.errorField, field)
    }
}

private func sentence(_ error: CheckInError) -> Message {
    switch error {
    case .AlreadyOpen: Message(.errorAlreadyOpen)
    case .NotNow: Message(.errorNotNow)
    case .OtherAccount: Message(.errorOtherAccount)
    case .BadFix: Message(.errorBadFix)
    case .NotThen: Message(.errorNotThen)
    case .Book(let error): sentence(error)
    }
}

private func sentence(_ error: PlanError) -> Message {
    switch error {
    case .NoPlaces: Message(.errorNoPlaces)
    case .NoSite: Message(.errorNoSite)
    case .NoCandidate: Message(.errorNoCandidate)
    case .BadField: Message(.errorPlanHours)
    case .UnknownCountry: Message(.errorCountry)
    case .Book(let error): sentence(error)
    }
}

private func sentence(_ error: SyncError) -> Message {
    switch error {
    case .NotJoined: Message(.errorNotJoined)
    case .AlreadyJoined: Message(.errorAlreadyJoined)
    case .Busy: Message(.errorBusy)
    case .NoConnection: Message(.errorNoConnection)
    case .TimedOut: Message(.errorTimedOut)
    case .Interrupted: Message(.errorInterrupted)
    case .Untrusted: Message(.errorUntrusted)
    case .WrongName: Message(.errorWrongName)
    case .Expired: Message(.errorCertificateExpired)
    case .PlainHttp: Message(.errorPlainHttp)
    case .BadAuthority: Message(.errorBadAuthority)
    case .BadAddress: Message(.errorBadAddress)
    case .ServerFailed(let status): Message(.errorServerFailed, .number(Int(status)))
    case .BadAnswer: Message(.errorBadAnswer)
    case .Refused(let fault): sentence(fault)
    case .Wiped: Message(.errorWiped)
    case .Book(let error): sentence(error)
    }
}

private func sentence(_ fault: Fault) -> Message {
    switch fault {
    case .unknownCode: Message(.errorUnknownCode)
    case .codeUsed: Message(.errorCodeUsed)
    case .codeExpired: Message(.errorCodeExpired)
    case .unknownDevice: Message(.errorUnknownDevice)
    case .revoked: Message(.errorRevoked)
    case .version: Message(.errorVersion)
    case .internal: Message(.errorServerFailed, .number(500))
    case .stale: Message(.errorClock)
    case .busy: Message(.errorServerBusy)
    case .malformed, .tooLarge, .actorTaken, .replayed: Message(.errorBug, .number(0))
    }
}

/// The rep's word for a field; a field without one keeps the book's own name.
public func fieldName(_ field: String) -> Message {
    let name = field.split(separator: "/", maxSplits: 1).first.map(String.init) ?? field
    let key: TextKey? = TextKey(rawValue: "field_\(name)")
    return key.map { Message($0) } ?? Message(.fieldOther, .text(field))
}
