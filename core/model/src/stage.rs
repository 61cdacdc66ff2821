//! The order of the usual sales stages, by which two concurrent moves of one deal are settled.

/// The rank of a stage; a deal moved to two stages concurrently is shown in the further one. `None` for a stage that
/// this version does not know, which then competes by time.
///
/// The names are those of Salesforce's and Zoho's standard pipelines and of the common short ones; case, spaces, hyphens
/// and underscores do not matter. Won ranks above lost: a lost deal that someone won is won.
pub fn stage_rank(stage: &str) -> Option<u8> {
    let plain: String = stage
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    Some(match plain.as_str() {
        "lead" | "new" | "prospecting" | "prospect" => 10,
        "engaging" | "contacted" | "qualification" | "qualified" | "appointmentscheduled" => 20,
        "needsanalysis" | "discovery" | "qualifiedtobuy" => 30,
        "valueproposition" | "presentationscheduled" | "demo" => 40,
        "iddecisionmakers" | "identifydecisionmakers" | "decisionmakerboughtin" => 50,
        "perceptionanalysis" => 55,
        "proposal" | "quote" | "proposalpricequote" | "proposalquote" => 60,
        "negotiation" | "negotiationreview" | "contractsent" => 70,
        "closedlost" | "lost" | "closedlosttocompetition" => 80,
        "closedwon" | "won" => 90,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_known_by_name_whatever_their_spelling() {
        assert_eq!(stage_rank("Closed Won"), stage_rank("closed-won"));
        assert!(stage_rank("Won") > stage_rank("Lost"));
        assert!(stage_rank("Proposal/Price Quote") > stage_rank("Qualification"));
        assert_eq!(stage_rank("Tasting"), None);
    }
}
