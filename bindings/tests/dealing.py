"""A deal in the sales process: its gates, two moves at the same time, and what the server did not take. Part of scenario.py."""

from fieldbook import DealError, DealOptions, DealStanding, FieldValue, Fieldbook, Kind

ANY = DealOptions()


def dealing(ada: Fieldbook, bo: Fieldbook, shop: str, sync) -> None:
    sales = next(pack for pack in ada.packs() if pack.id == "solution-sale@1")
    print(f"process {sales.id}: {', '.join(stage.titles['zh'] for stage in sales.stages)}")
    deal = ada.add(Kind.OPPORTUNITY, {"name": FieldValue.TEXT("Freezer"), "account_id": FieldValue.ID(shop)}).id
    show(ada, deal)
    advancing(ada, deal)
    ada.add(Kind.CONTACT, {"name": FieldValue.TEXT("Kim"), "account_id": FieldValue.ID(shop)})
    sync("ada", ada)
    sync("bo", bo)
    bo.advance_deal(deal, "lost", ANY, fields={"lost_reason": FieldValue.TEXT("price")})
    ada.advance_deal(deal, "needs_analysis", ANY, fields={"budget_tier": FieldValue.TEXT("B")})
    for name, book in (("bo", bo), ("ada", ada), ("bo", bo)):
        sync(name, book)
    show(bo, deal)
    lost = bo.deal_standing(deal, ANY).losing[0]
    bo.settle_moves(deal, lost.move_id)
    show(bo, deal)
    sync("bo", bo)
    sync("ada", ada)
    print(f"settled alike {stage(ada.deal_standing(deal, ANY)) == stage(bo.deal_standing(deal, ANY))}, "
          f"not taken {len(ada.refused()) + len(bo.refused())}")


def advancing(book: Fieldbook, deal: str) -> None:
    tell("enter without a source", lambda: book.advance_deal(deal, "lead_validation", ANY))
    tell("skip", lambda: book.advance_deal(deal, "negotiation", ANY))
    tell("no such stage", lambda: book.may_advance(deal, "party", ANY))
    book.advance_deal(deal, "lead_validation", ANY, fields={"source": FieldValue.TEXT("Fair")})
    show(book, deal)
    tell("force without a reason", lambda: book.advance_deal(deal, "needs_analysis", ANY, force=True))
    tell("force as a rep", lambda: book.advance_deal(deal, "needs_analysis", ANY, why="I want to", force=True))
    way = book.needs_until(deal, "won", ANY)
    checks = [unmet.check for unmet in way.missing if unmet.check]
    print(f"until won: {len(way.missing)} missing, of which to check off {', '.join(checks)}")


def show(book: Fieldbook, deal: str) -> None:
    standing = book.deal_standing(deal, ANY)
    ahead = standing.ahead
    gate = f"{ahead.kind} to {ahead.to_stage} {ahead.outcome.name.lower()}" if ahead else "nothing"
    missing = [unmet.criterion for unmet in ahead.missing] if ahead else []
    days = "no" if standing.days_in_stage is None else standing.days_in_stage
    print(f"{standing.deal.title} in {stage(standing)}, {days} days, overdue {standing.overdue}, ahead {gate}: "
          f"{' '.join(missing) or 'none'}; lost to it {' '.join(move.stage for move in standing.losing) or 'none'}")


def stage(standing: DealStanding) -> str:
    return standing.stage.id if standing.stage else "none"


def tell(what: str, call) -> None:
    try:
        call()
    except DealError.Refused as refused:
        verdict = refused[0].verdict
        missing = " ".join(unmet.criterion for unmet in verdict.missing) if verdict else "no gate"
        print(f"refused, {what}: {refused[0].code} {missing}")
    else:
        print(f"NOT refused, {what}")
