//! The packs that a device trusts, of all that it holds.

use std::collections::BTreeMap;

use super::{AnyPack, PackId, Process, SignedPack, SignedPackError};
use crate::account::{HealthRules, StandardTiers};
use crate::pool::PoolRules;
use crate::rule::RulePack;
use crate::stats::DiagnosisRules;
use crate::templates;

/// Why a pack counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// It is a template of this program.
    Shipped,
    /// The company's key signed it.
    Signed,
}

/// A process in use.
#[derive(Debug, Clone, PartialEq)]
pub struct Installed {
    /// The process.
    pub process: Process,
    /// Its [`sha`](Process::sha).
    pub sha: String,
    /// Why it counts.
    pub trust: Trust,
}

/// Rules in use; a company's key signed them.
#[derive(Debug, Clone, PartialEq)]
pub struct InstalledRules {
    /// The rules.
    pub rules: RulePack,
    /// Their [`sha`](RulePack::sha).
    pub sha: String,
}

/// Why a stored pack does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Forged, cut off or unsound.
    #[error(transparent)]
    Unsound(#[from] SignedPackError),
    /// Signed by another key than the versions before it, and none of them announced that key.
    #[error("signed by another key than the version before it")]
    ForeignKey,
    /// Another pack of this name and version counts already: a version is never edited.
    #[error("another pack has this name and version")]
    VersionTaken,
    /// A version that does not rise above those of this name that came before it.
    #[error("version {latest} came before it: versions rise")]
    RolledBack {
        /// The highest version that came before.
        latest: u32,
    },
}

/// A pack that is stored and does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedPack {
    /// Name and version, as far as they can be read.
    pub id: Option<PackId>,
    /// Why it does not count.
    pub why: Refused,
}

/// The packs that count, by name and version.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PackLibrary {
    packs: BTreeMap<PackId, Installed>,
    rules: BTreeMap<PackId, InstalledRules>,
    /// The packs that do not count.
    pub refused: Vec<RefusedPack>,
}

impl PackLibrary {
    /// The shipped templates alone.
    pub fn shipped() -> PackLibrary {
        let packs = templates::all().iter().map(|process| {
            let installed = Installed {
                sha: process.sha(),
                trust: Trust::Shipped,
                process: process.clone(),
            };
            (installed.process.id(), installed)
        });
        PackLibrary {
            packs: packs.collect(),
            rules: BTreeMap::new(),
            refused: Vec::new(),
        }
    }

    /// The shipped templates and the company's packs, given in the order in which they came into the book.
    ///
    /// The first pack of a name is trusted with its key; later ones must be signed by that key, or by the `next_key` that
    /// the highest version so far announces, and their versions must rise. A company that takes a template's name begins
    /// above the template's version.
    pub fn new(stored: impl IntoIterator<Item = SignedPack>) -> PackLibrary {
        let mut library = PackLibrary::shipped();
        let mut keys: BTreeMap<String, String> = BTreeMap::new();
        for signed in stored {
            if let Err((id, why)) = library.take(&signed, &mut keys) {
                library.refused.push(RefusedPack { id, why });
            }
        }
        library
    }

    fn take(
        &mut self,
        signed: &SignedPack,
        keys: &mut BTreeMap<String, String>,
    ) -> Result<(), (Option<PackId>, Refused)> {
        let pack = signed.verify().map_err(|fault| (None, fault.into()))?;
        let id = pack.id();
        let sha = pack.sha();
        if let Some(known) = self.sha_of(&id) {
            // The same pack twice is one pack.
            let same = known == sha;
            return if same {
                Ok(())
            } else {
                Err((Some(id), Refused::VersionTaken))
            };
        }
        if keys.get(&id.name).is_some_and(|key| *key != signed.key) {
            return Err((Some(id), Refused::ForeignKey));
        }
        if let Some(latest) = self
            .latest_version(&id.name)
            .filter(|latest| *latest > id.version)
        {
            return Err((Some(id), Refused::RolledBack { latest }));
        }
        let next = pack.next_key().unwrap_or(&signed.key).to_owned();
        keys.insert(id.name.clone(), next);
        match pack {
            AnyPack::Process(process) => {
                let installed = Installed {
                    process: *process,
                    sha,
                    trust: Trust::Signed,
                };
                self.packs.insert(id, installed);
            }
            AnyPack::Rules(rules) => {
                self.rules.insert(id, InstalledRules { rules: *rules, sha });
            }
        }
        Ok(())
    }

    /// The hash of the pack of this name and version, whatever its format.
    fn sha_of(&self, id: &PackId) -> Option<&str> {
        let process = self.packs.get(id).map(|installed| installed.sha.as_str());
        process.or_else(|| self.rules.get(id).map(|installed| installed.sha.as_str()))
    }

    /// The pack in `signed`, if it would count after those that are stored.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn check(
        stored: impl IntoIterator<Item = SignedPack>,
        signed: &SignedPack,
    ) -> Result<AnyPack, Refused> {
        let pack = signed.verify()?;
        let mut packs: Vec<SignedPack> = stored.into_iter().collect();
        packs.push(signed.clone());
        let library = PackLibrary::new(packs);
        if library.sha_of(&pack.id()) == Some(pack.sha().as_str()) {
            return Ok(pack);
        }
        let last = library.refused.into_iter().next_back();
        Err(last.map_or(Refused::VersionTaken, |refused| refused.why))
    }

    /// The process of this name and version.
    pub fn get(&self, id: &PackId) -> Option<&Installed> {
        self.packs.get(id)
    }

    /// The highest version of the process of a name.
    pub fn latest(&self, name: &str) -> Option<&Installed> {
        let mut of_name = self.packs.iter().filter(|(id, _)| id.name == name);
        of_name.next_back().map(|(_, installed)| installed)
    }

    fn latest_version(&self, name: &str) -> Option<u32> {
        let ids = self.packs.keys().chain(self.rules.keys());
        ids.filter(|id| id.name == name).map(|id| id.version).max()
    }

    /// The rules in use: of each name the highest version.
    pub fn rules(&self) -> impl Iterator<Item = &InstalledRules> {
        self.rules.iter().filter_map(|(id, installed)| {
            let is_latest = self.latest_version(&id.name) == Some(id.version);
            is_latest.then_some(installed)
        })
    }

    /// The timers of the pool of leads: those of the newest [`DEFAULT_PROCESS`](templates::DEFAULT_PROCESS), or the usual
    /// ones.
    pub fn pool_rules(&self) -> PoolRules {
        let process = self.latest(templates::DEFAULT_PROCESS);
        process
            .and_then(|installed| installed.process.pool.clone())
            .unwrap_or_default()
    }

    /// The company's tiers of accounts: those of the newest [`DEFAULT_PROCESS`](templates::DEFAULT_PROCESS), or the usual
    /// ones where it has none.
    pub fn tiers(&self) -> StandardTiers {
        let process = self
            .latest(templates::DEFAULT_PROCESS)
            .map(|installed| &installed.process);
        process
            .filter(|process| !process.tiers.is_empty())
            .map(|process| StandardTiers {
                pack: Some(process.id()),
                tiers: process.tiers.clone(),
            })
            .unwrap_or_default()
    }

    /// The weights and thresholds of the health of accounts: those of the newest
    /// [`DEFAULT_PROCESS`](templates::DEFAULT_PROCESS), or the usual ones.
    pub fn health_rules(&self) -> HealthRules {
        let process = self.latest(templates::DEFAULT_PROCESS);
        process
            .and_then(|installed| installed.process.health.clone())
            .unwrap_or_default()
    }

    /// The thresholds of the diagnosis: those of the newest [`DEFAULT_PROCESS`](templates::DEFAULT_PROCESS), or the usual
    /// ones.
    pub fn diagnosis_rules(&self) -> DiagnosisRules {
        let process = self.latest(templates::DEFAULT_PROCESS);
        process
            .and_then(|installed| installed.process.diagnosis.clone())
            .unwrap_or_default()
    }

    /// All processes, by name and version.
    pub fn iter(&self) -> impl Iterator<Item = &Installed> {
        self.packs.values()
    }
}
