import Fieldbook

/// A lead that two reps claim, what it becomes, and the figures, rules and reviews around it.
extension Story {
    func leading(_ ada: Fieldbook, _ bo: Fieldbook) throws {
        let lead = try capturing(ada)
        try tellLead("return what is free") { _ = try ada.returnLead(id: lead) }
        try sync("ada", ada)
        try sync("bo", bo)
        let mine = try ada.claimLead(id: lead)
        print("ada claims: \(holder(mine.holding)), pending \(mine.pending.spoken)")
        _ = try bo.claimLead(id: lead)
        for (name, book) in [("bo", bo), ("ada", ada), ("bo", bo)] { try sync(name, book) }
        for (name, book) in [("ada", ada), ("bo", bo)] {
            let standing = try book.leadStanding(id: lead)
            print(
                "\(name) sees: \(holder(standing.holding)), own \(standing.isOwn.spoken), "
                    + "pending \(standing.pending.spoken)")
        }
        try tellLead("claim what another holds") { _ = try ada.claimLead(id: lead) }
        try tellLead("a touch of no kind") { _ = try bo.touchLead(id: lead, kind: "wave") }
        let touched = try bo.touchLead(id: lead, kind: "call", text: "wants a quote")
        print("touches \(touched.touches.map(\.kind).joined(separator: ", "))")
        let made = try bo.convertLead(id: lead, deal: "Scanner")
        let leads = try bo.leads().count
        print("became \(made.account.title), \(made.contact!.title), \(made.deal!.title); leads \(leads)")
        try tellLead("convert again") { _ = try bo.convertLead(id: lead) }
        try judging(ada, bo, made.deal!.id)
    }

    private func capturing(_ book: Fieldbook) throws -> String {
        let first = try book.captureLead(fields: [
            "name": "Li Wei", "company": "Harbour Clinic", "phone": "+86 21 5555 0100", "source": "Fair",
        ])
        let again = try book.captureLead(fields: ["name": "Wei Li", "phone": "021 5555 0100", "source": "Web"])
        let same = first.lead.id == again.lead.id
        let sources = try book.leadStanding(id: again.lead.id).touches.map { $0.text ?? "" }
        let points = try book.scoredLeads().count
        print(
            "lead \(again.lead.title): new \(first.isNew.spoken), then \(again.isNew.spoken), the same \(same.spoken), "
                + "later from \(sources.joined(separator: ", ")); points of \(points)")
        return first.lead.id
    }

    private func judging(_ ada: Fieldbook, _ bo: Fieldbook, _ deal: String) throws {
        let funnel = try bo.dealFunnel(options: DealOptions())
        let standing = funnel.stages.map { "\($0.stage) \($0.standing)" }.joined(separator: ", ")
        print("funnel of \(funnel.pack): \(standing); others \(funnel.others)")
        let warnings = try bo.dealWarnings(options: DealOptions()).count
        let forecasts = try bo.dealForecast(from: "2026-10-01", until: "2027-01-01").count
        print("warnings \(warnings), forecasts \(forecasts)")
        _ = try bo.runRules()
        let (again, toCome) = (try bo.runRules().effects.count, try bo.previewRules().effects.count)
        print("rules again: \(again), to come \(toCome)")
        let state = try bo.reviewState(id: deal)
        print("review open \((state.manager == .open).spoken), findings \(state.findings.count)")
        try tellLead("review as a rep") { _ = try bo.reviewRecord(id: deal, verdict: .passed) }
        try tellLead("transfer to oneself") { _ = try ada.previewTransfer(fromPerson: "Ada", toPerson: "Ada") }
        try tellLead("transfer what is another's") { _ = try ada.previewTransfer(fromPerson: "Bo", toPerson: "Ada") }
    }

    private func holder(_ holding: Holding) -> String {
        switch holding {
        case .held(let by, _, _, _): "held by \(by)"
        case .free: "free"
        default: "neither"
        }
    }

    private func tellLead(_ what: String, _ call: () throws -> Void) throws {
        do {
            try call()
            print("NOT refused, \(what)")
        } catch LeadError.NotFree(let holding) {
            print("refused, \(what): not free, \(holder(holding))")
        } catch LeadError.NotHeld(let holder) {
            print("refused, \(what): not held, \(holder ?? "nobody")")
        } catch LeadError.BadTouch {
            print("refused, \(what): bad touch")
        } catch RecordReviewError.Forbidden {
            print("refused, \(what): forbidden")
        } catch OwnerTransferError.Forbidden {
            print("refused, \(what): forbidden")
        } catch OwnerTransferError.BadPerson {
            print("refused, \(what): bad person")
        }
    }
}
