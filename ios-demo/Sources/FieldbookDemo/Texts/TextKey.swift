/// The key of a text in `Localizable.strings`, so that a text that is not there does not compile.
///
/// The words are those of `android-demo`; a test compares both tables. A key with a count has its forms under `.one` and
/// `.other`.
public enum TextKey: String, CaseIterable, Sendable {
    // Screens
    case today
    case accounts
    case account
    case deals
    case tasks
    case sync
    case settings
    case checkIn = "check_in"
    case checkOut = "check_out"

    // Everywhere
    case back
    case loading
    case save
    case cancel
    case tryAgain = "try_again"
    case metres
    case kilometres
    case seconds
    case minutes
    case hours
    case days
    case valueNone = "value_none"
    case valueYes = "value_yes"
    case valueNo = "value_no"
    case valueRecord = "value_record"
    case somebody

    // Today
    case noAccounts = "no_accounts"
    case noAccountsHint = "no_accounts_hint"
    case loadSample = "load_sample"
    case joinAServer = "join_a_server"
    case noPlan = "no_plan"
    case noPlanHint = "no_plan_hint"
    case planDay = "plan_day"
    case keepPlan = "keep_plan"
    case discardPlan = "discard_plan"
    case nextStop = "next_stop"
    case hereNow = "here_now"
    case atTime = "at_time"
    case dayDone = "day_done"
    case onTheRoad = "on_the_road"
    case doneAt = "done_at"
    case lunchAt = "lunch_at"
    case stateDone = "state_done"
    case stateSkipped = "state_skipped"
    case statePlanned = "state_planned"
    case stateNewer = "state_newer"
    case dayBroke = "day_broke"
    case planAgain = "plan_again"
    case late
    case cancelled
    case fromHere = "from_here"
    case movedPromises = "moved_promises"

    // Accounts
    case searchAccounts = "search_accounts"
    case clearSearch = "clear_search"
    case nearMe = "near_me"
    case nothingFound = "nothing_found"
    case nothingFoundHint = "nothing_found_hint"
    case noPermission = "no_permission"
    case noPosition = "no_position"

    // Account
    case sites
    case site
    case contacts
    case visits
    case history
    case address
    case tier
    case unsent
    case noPhone = "no_phone"
    case editPhone = "edit_phone"
    case fenceCircle = "fence_circle"
    case fenceOther = "fence_other"
    case conflictTitle = "conflict_title"
    case conflictShown = "conflict_shown"
    case conflictLost = "conflict_lost"
    case useThisValue = "use_this_value"
    case historyLine = "history_line"
    case historyBy = "history_by"

    // Check-in
    case accessPrecise = "access_precise"
    case accessApproximate = "access_approximate"
    case accessNone = "access_none"
    case allowLocation = "allow_location"
    case checkInHere = "check_in_here"
    case checkInHint = "check_in_hint"
    case locating
    case checkedInAt = "checked_in_at"
    case checkedOutAt = "checked_out_at"
    case outcome
    case doorMap = "door_map"
    case doorLegend = "door_legend"
    case verdictVerified = "verdict_verified"
    case verdictLikely = "verdict_likely"
    case verdictOffSite = "verdict_off_site"
    case verdictUnverifiable = "verdict_unverifiable"
    case verdictUnknown = "verdict_unknown"
    case meaningVerified = "meaning_verified"
    case meaningLikely = "meaning_likely"
    case meaningOffSite = "meaning_off_site"
    case meaningUnverifiable = "meaning_unverifiable"
    case meaningUnknown = "meaning_unknown"
    case reasonInside = "reason_inside"
    case reasonCrossesInside = "reason_crosses_inside"
    case reasonCrossesOutside = "reason_crosses_outside"
    case reasonOutside = "reason_outside"
    case reasonCoarse = "reason_coarse"
    case reasonNoFix = "reason_no_fix"
    case reasonStale = "reason_stale"
    case reasonFuture = "reason_future"
    case reasonMock = "reason_mock"
    case reasonAccuracyUnknown = "reason_accuracy_unknown"
    case reasonDisagree = "reason_disagree"
    case reasonOther = "reason_other"
    case signMock = "sign_mock"
    case signTeleport = "sign_teleport"
    case signFrozen = "sign_frozen"
    case signAccuracy = "sign_accuracy"
    case signStale = "sign_stale"
    case signGpsTime = "sign_gps_time"
    case signMotion = "sign_motion"
    case signNetwork = "sign_network"

    // Deals
    case allDeals = "all_deals"
    case noDeals = "no_deals"
    case noDealsHint = "no_deals_hint"
    case closesOn = "closes_on"
    case closedOn = "closed_on"
    case pastDeals = "past_deals"
    case nextStep = "next_step"
    case moveDeal = "move_deal"
    case moveTo = "move_to"
    case dealsClosed = "deals_closed"
    case dealStalled = "deal_stalled"
    case dealNoLonger = "deal_no_longer"
    case dealOutside = "deal_outside"
    case dealNoProcess = "deal_no_process"
    case gateReady = "gate_ready"
    case gateNeeds = "gate_needs"
    case gateField = "gate_field"
    case gateUnknown = "gate_unknown"
    case gateAdvised = "gate_advised"
    case movedTwice = "moved_twice"
    case settleOn = "settle_on"
    case moveAsks = "move_asks"
    case moveNow = "move_now"
    case moveForceHint = "move_force_hint"
    case moveWhy = "move_why"
    case moveForce = "move_force"

    // Tasks
    case newTask = "new_task"
    case addTask = "add_task"
    case noTasks = "no_tasks"
    case noTasksHint = "no_tasks_hint"
    case tasksDone = "tasks_done"
    case due
    case wasDue = "was_due"

    // Sync
    case allSent = "all_sent"
    case oldestUnsent = "oldest_unsent"
    case lastSync = "last_sync"
    case neverSynced = "never_synced"
    case notJoinedHint = "not_joined_hint"
    case syncNow = "sync_now"
    case stop
    case syncReport = "sync_report"
    case needsAttention = "needs_attention"
    case nothingNeedsAttention = "nothing_needs_attention"
    case refusedHint = "refused_hint"
    case twoValues = "two_values"
    case syncLog = "sync_log"

    // Settings
    case server
    case joinHint = "join_hint"
    case serverAddress = "server_address"
    case joinCode = "join_code"
    case join
    case joining
    case joined
    case joinedAs = "joined_as"
    case language
    case languageOfPhone = "language_of_phone"
    case workingDay = "working_day"
    case workFrom = "work_from"
    case workUntil = "work_until"
    case lunch
    case noLunch = "no_lunch"
    case earlier
    case later
    case privacy
    case privacyText = "privacy_text"

    // Fields
    case fieldName = "field_name"
    case fieldTier = "field_tier"
    case fieldIndustry = "field_industry"
    case fieldPhone = "field_phone"
    case fieldEmail = "field_email"
    case fieldWebsite = "field_website"
    case fieldStreet = "field_street"
    case fieldCity = "field_city"
    case fieldPostcode = "field_postcode"
    case fieldCountry = "field_country"
    case fieldOwner = "field_owner"
    case fieldVisitEveryDays = "field_visit_every_days"
    case fieldExternalId = "field_external_id"
    case fieldOpeningHours = "field_opening_hours"
    case fieldRemark = "field_remark"
    case fieldTag = "field_tag"
    case fieldStage = "field_stage"
    case fieldAmount = "field_amount"
    case fieldCloseOn = "field_close_on"
    case fieldDueOn = "field_due_on"
    case fieldRole = "field_role"
    case fieldSource = "field_source"
    case fieldBudgetTier = "field_budget_tier"
    case fieldLostReason = "field_lost_reason"
    case fieldNextStep = "field_next_step"
    case fieldAccountId = "field_account_id"
    case fieldProduct = "field_product"
    case fieldOther = "field_other"

    // What went wrong, and what to do
    case errorDiskFull = "error_disk_full"
    case errorCannotOpen = "error_cannot_open"
    case errorInUse = "error_in_use"
    case errorNotABook = "error_not_a_book"
    case errorNewer = "error_newer"
    case errorDamaged = "error_damaged"
    case errorWiped = "error_wiped"
    case errorLocked = "error_locked"
    case errorDevice = "error_device"
    case errorBug = "error_bug"
    case errorGone = "error_gone"
    case errorDeleted = "error_deleted"
    case errorFieldMissing = "error_field_missing"
    case errorFieldTooLong = "error_field_too_long"
    case errorField = "error_field"
    case errorWrittenOnce = "error_written_once"
    case errorGate = "error_gate"
    case errorNoWay = "error_no_way"
    case errorSkips = "error_skips"
    case errorMayNotForce = "error_may_not_force"
    case errorNoReason = "error_no_reason"
    case errorProcess = "error_process"
    case errorRecordFull = "error_record_full"
    case errorNoSuchChange = "error_no_such_change"
    case errorFile = "error_file"
    case errorAlreadyOpen = "error_already_open"
    case errorNotNow = "error_not_now"
    case errorOtherAccount = "error_other_account"
    case errorBadFix = "error_bad_fix"
    case errorNotThen = "error_not_then"
    case errorNoPlaces = "error_no_places"
    case errorNoSite = "error_no_site"
    case errorNoCandidate = "error_no_candidate"
    case errorPlanHours = "error_plan_hours"
    case errorCountry = "error_country"
    case errorNotJoined = "error_not_joined"
    case errorAlreadyJoined = "error_already_joined"
    case errorBusy = "error_busy"
    case errorNoConnection = "error_no_connection"
    case errorTimedOut = "error_timed_out"
    case errorInterrupted = "error_interrupted"
    case errorUntrusted = "error_untrusted"
    case errorWrongName = "error_wrong_name"
    case errorCertificateExpired = "error_certificate_expired"
    case errorPlainHttp = "error_plain_http"
    case errorBadAuthority = "error_bad_authority"
    case errorBadAddress = "error_bad_address"
    case errorServerFailed = "error_server_failed"
    case errorBadAnswer = "error_bad_answer"
    case errorUnknownCode = "error_unknown_code"
    case errorCodeUsed = "error_code_used"
    case errorCodeExpired = "error_code_expired"
    case errorUnknownDevice = "error_unknown_device"
    case errorRevoked = "error_revoked"
    case errorClock = "error_clock"
    case errorServerBusy = "error_server_busy"
    case errorVersion = "error_version"

    // Counts
    case mapDescription = "map_description"
    case proposal
    case leftOut = "left_out"
    case conflicts
    case everyDays = "every_days"
    case unsentEdits = "unsent_edits"
    case refusedEdits = "refused_edits"
    case stageDays = "stage_days"
}
