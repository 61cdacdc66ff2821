"""A lead that two reps claim, what it becomes, and the figures, rules and reviews around it. Part of scenario.py."""

from fieldbook import (
    DealOptions,
    FieldValue,
    Fieldbook,
    Holding,
    LeadError,
    OwnerTransferError,
    RecordReviewError,
    ReviewVerdict,
)


def leading(ada: Fieldbook, bo: Fieldbook, sync) -> None:
    lead = capturing(ada)
    tell("return what is free", lambda: ada.return_lead(lead))
    sync("ada", ada)
    sync("bo", bo)
    mine = ada.claim_lead(lead)
    print(f"ada claims: {holder(mine.holding)}, pending {mine.pending}")
    bo.claim_lead(lead)
    for name, book in (("bo", bo), ("ada", ada), ("bo", bo)):
        sync(name, book)
    for name, book in (("ada", ada), ("bo", bo)):
        standing = book.lead_standing(lead)
        print(f"{name} sees: {holder(standing.holding)}, own {standing.is_own}, pending {standing.pending}")
    tell("claim what another holds", lambda: ada.claim_lead(lead))
    tell("a touch of no kind", lambda: bo.touch_lead(lead, "wave"))
    touched = bo.touch_lead(lead, "call", "wants a quote")
    print(f"touches {', '.join(touch.kind for touch in touched.touches)}")
    made = bo.convert_lead(lead, "Scanner")
    print(f"became {made.account.title}, {made.contact.title}, {made.deal.title}; leads {len(bo.leads())}")
    tell("convert again", lambda: bo.convert_lead(lead))
    judging(ada, bo, made.deal.id)


def capturing(book: Fieldbook) -> str:
    first = book.capture_lead({
        "name": FieldValue.TEXT("Li Wei"), "company": FieldValue.TEXT("Harbour Clinic"),
        "phone": FieldValue.TEXT("+86 21 5555 0100"), "source": FieldValue.TEXT("Fair"),
    })
    again = book.capture_lead({
        "name": FieldValue.TEXT("Wei Li"), "phone": FieldValue.TEXT("021 5555 0100"),
        "source": FieldValue.TEXT("Web"),
    })
    same = first.lead.id == again.lead.id
    sources = [touch.text for touch in book.lead_standing(again.lead.id).touches]
    print(f"lead {again.lead.title}: new {first.is_new}, then {again.is_new}, the same {same}, later from "
          f"{', '.join(sources)}; points of {len(book.scored_leads())}")
    return first.lead.id


def judging(ada: Fieldbook, bo: Fieldbook, deal: str) -> None:
    funnel = bo.deal_funnel(DealOptions())
    standing = ", ".join(f"{stage.stage} {stage.standing}" for stage in funnel.stages)
    print(f"funnel of {funnel.pack}: {standing}; others {funnel.others}")
    print(f"warnings {len(bo.deal_warnings(DealOptions()))}, "
          f"forecasts {len(bo.deal_forecast('2026-10-01', '2027-01-01'))}")
    bo.run_rules()
    print(f"rules again: {len(bo.run_rules().effects)}, to come {len(bo.preview_rules().effects)}")
    state = bo.review_state(deal)
    print(f"review open {state.manager.is_open()}, findings {len(state.findings)}")
    tell("review as a rep", lambda: bo.review_record(deal, ReviewVerdict.PASSED))
    tell("transfer to oneself", lambda: ada.preview_transfer("Ada", "Ada"))
    tell("transfer what is another's", lambda: ada.preview_transfer("Bo", "Ada"))


def holder(holding: Holding) -> str:
    if holding.is_held():
        return f"held by {holding.by}"
    return "free" if holding.is_free() else "neither"


def tell(what: str, call) -> None:
    try:
        call()
    except LeadError.NotFree as error:
        print(f"refused, {what}: not free, {holder(error.holding)}")
    except LeadError.NotHeld as error:
        print(f"refused, {what}: not held, {error.holder or 'nobody'}")
    except LeadError.BadTouch:
        print(f"refused, {what}: bad touch")
    except (RecordReviewError.Forbidden, OwnerTransferError.Forbidden):
        print(f"refused, {what}: forbidden")
    except OwnerTransferError.BadPerson:
        print(f"refused, {what}: bad person")
    else:
        print(f"NOT refused, {what}")
