//! `deal chain`: the decision chain and our own team of a deal.

use std::collections::BTreeMap;

use fieldbook_core::model::Fields;
use serde_json::json;

use super::DealOf;
use crate::context::Context;
use crate::error::CliError;

/// Show who decides at the customer, role by role, which roles nobody covers, and who works on it here
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  fieldbook set DEAL role/CONTACT:economic_buyer=yes
  fieldbook deal chain DEAL")]
pub(super) struct ChainArgs {
    #[command(flatten)]
    of: DealOf,
}

/// The contacts of each role, by id.
fn contacts_by_role(deal: &Fields) -> BTreeMap<String, Vec<String>> {
    let mut roles: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, _) in deal.members("role/") {
        if let Some((contact, role)) = name.split_once(':') {
            roles.entry(role.to_owned()).or_default().push(contact.to_owned());
        }
    }
    roles
}

pub(super) fn chain(context: &mut Context, args: &ChainArgs) -> Result<(), CliError> {
    let book = context.book()?;
    let standing = book.deal_standing(args.of.id, &args.of.by.view(context))?;
    let process = standing.process.as_ref().map(|installed| &installed.process);
    let mut roles = contacts_by_role(&standing.deal.fields);
    let needed: Vec<String> = process.map(|process| process.chain.clone()).unwrap_or_default();
    for role in &needed {
        roles.entry(role.clone()).or_default();
    }
    let name = |id: &str| {
        let record = id.parse().ok().and_then(|id| book.record(id).ok());
        record.map_or_else(|| id.to_owned(), |record| record.title().to_owned())
    };
    let mut team: BTreeMap<String, Option<String>> = process
        .map(|process| process.team.iter().map(|role| (role.clone(), None)).collect())
        .unwrap_or_default();
    for (role, person) in standing.deal.fields.members("team/") {
        team.insert(role.to_owned(), person.text().map(str::to_owned));
    }
    if context.out.json() {
        let roles: Vec<_> = roles
            .iter()
            .map(|(role, contacts)| {
                let contacts: Vec<_> = contacts.iter().map(|id| json!({ "id": id, "name": name(id) })).collect();
                json!({ "role": role, "needed": needed.contains(role), "covered": !contacts.is_empty(), "contacts": contacts })
            })
            .collect();
        return context.out.value(&json!({ "roles": roles, "team": team }));
    }
    context.out.heading(standing.deal.title())?;
    // Those that the process asks for come first, in its order.
    let others = roles.keys().filter(|role| !needed.contains(role));
    for role in needed.iter().chain(others) {
        let contacts = &roles[role];
        let names: Vec<String> = contacts.iter().map(|id| name(id)).collect();
        let covered = if names.is_empty() {
            "nobody".to_owned()
        } else {
            names.join(", ")
        };
        context.out.line(&format!("  {role}: {covered}"))?;
    }
    for (role, person) in &team {
        let person = person.as_deref().unwrap_or("nobody");
        context.out.line(&format!("  our {role}: {person}"))?;
    }
    Ok(())
}
