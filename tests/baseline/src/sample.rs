//! Accounts that look like a rep's: the same for every contender, run and machine.

mod words;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::Fields;
use words::{
    CHAINS, CHINESE_BUSINESSES, CHINESE_NAMES, CHINESE_NOTES, CITIES, City, ENGLISH_BUSINESSES,
    ENGLISH_NAMES, ENGLISH_NOTES, HOURS, STREETS, TAGS,
};

/// Searches that a rep would make over the sample: common and rare, names, streets, notes, English and Chinese.
pub const SEARCHES: [&str; 10] = [
    "pharmacy",
    "golden lion",
    "harbour street",
    "康达药房",
    "南京路",
    "manager back on",
    "hardware",
    "superm",
    "咖啡馆",
    "no such account",
];

/// Time of the sample's first account: 2025-10-09T08:53:20Z.
const FIRST_MS: u64 = 1_760_000_000_000;

/// The `UUIDv7` of the sample's account number `i`.
pub fn sample_id(i: usize) -> Uuid {
    let mut dice = Dice::new(i, 1);
    let made_ms = FIRST_MS + i as u64 * 7;
    let high = (made_ms << 16) | 0x7000 | (dice.roll() & 0x0FFF);
    let low = (dice.roll() >> 2) | (1 << 63);
    Uuid::from_u64_pair(high, low)
}

/// The position in degrees north and east of the `i`-th place to look around from: somewhere in one of the cities.
pub fn sample_place(i: usize) -> (f64, f64) {
    let mut dice = Dice::new(i, 2);
    let city = dice.pick(&CITIES);
    dice.position(city)
}

/// The sample's account number `i`, 17 fields; `opening_hours` is there in one of three.
pub fn sample_account(i: usize) -> Fields {
    let mut dice = Dice::new(i, 3);
    let city = dice.pick(&CITIES);
    let (name, slug) = name(&mut dice, city);
    let (lat, lon) = dice.position(city);
    let mut fields = Fields::new();
    let mut put = |field: &str, value: Value| drop(fields.insert(field.to_owned(), value));
    put("id", json!(sample_id(i).to_string()));
    put("external_id", json!(format!("ACC-{i:07}")));
    put("name", json!(name));
    put("tier", json!(dice.pick(&["A", "B", "B", "C", "C", "C", "D"])));
    put(
        "phone",
        json!(format!(
            "{} {:04} {:04}",
            city.dial,
            dice.below(10_000),
            dice.below(10_000)
        )),
    );
    put(
        "email",
        json!(format!(
            "{}@{slug}-{i}.example",
            dice.pick(&["info", "orders", "office", "shop"])
        )),
    );
    put("website", json!(format!("https://www.{slug}-{i}.example")));
    put("street", json!(street(&mut dice, city)));
    put("city", json!(city.name));
    put("region", json!(city.region));
    put("postcode", json!(postcode(&mut dice, city)));
    put("country", json!(city.country));
    put("lat", json!(lat));
    put("lon", json!(lon));
    if i.is_multiple_of(3) {
        put("opening_hours", json!(dice.pick(&HOURS)));
    }
    put("notes", json!(notes(&mut dice, city)));
    put("tags", json!(tags(&mut dice)));
    fields
}

/// A name and what stands for it in a web address.
fn name(dice: &mut Dice, city: &City) -> (String, &'static str) {
    if city.country == "CN" {
        let (business, slug) = dice.pick(&CHINESE_BUSINESSES);
        let district = dice.pick(city.districts);
        return (
            format!("{}{district}{}{business}", city.name, dice.pick(&CHINESE_NAMES)),
            slug,
        );
    }
    let (business, slug) = dice.pick(&ENGLISH_BUSINESSES);
    let name = match dice.below(4) {
        0 => format!("{} {business} {}", dice.pick(&CHAINS), city.name),
        1 => format!(
            "{} & {} {business}",
            dice.pick(&ENGLISH_NAMES),
            dice.pick(&ENGLISH_NAMES)
        ),
        2 => format!("The {} {business}", dice.pick(&CHAINS)),
        _ => format!("{}'s {business}", dice.pick(&ENGLISH_NAMES)),
    };
    (name, slug)
}

fn street(dice: &mut Dice, city: &City) -> String {
    let number = 1 + dice.below(280);
    if city.country == "CN" {
        format!(
            "{}{}{number}号",
            dice.pick(city.districts),
            dice.pick(city.streets)
        )
    } else {
        format!("{number} {} {}", dice.pick(city.streets), dice.pick(&STREETS))
    }
}

fn postcode(dice: &mut Dice, city: &City) -> String {
    match city.country {
        "GB" => format!("{}{} {}AB", city.postcode, 1 + dice.below(20), 1 + dice.below(9)),
        _ => format!("{}{:03}", city.postcode, dice.below(1_000)),
    }
}

/// None to three sentences.
fn notes(dice: &mut Dice, city: &City) -> String {
    let (pool, between) = if city.country == "CN" {
        (&CHINESE_NOTES, "")
    } else {
        (&ENGLISH_NOTES, " ")
    };
    (0..dice.below(4))
        .map(|_| *dice.pick(pool))
        .collect::<Vec<_>>()
        .join(between)
}

fn tags(dice: &mut Dice) -> Vec<&'static str> {
    let first = dice.below(TAGS.len());
    (0..dice.below(4))
        .map(|n| TAGS[(first + n) % TAGS.len()])
        .collect()
}

/// `SplitMix64` (Steele, Lea, Flood 2014), a stream of its own for each account and purpose.
struct Dice(u64);

impl Dice {
    fn new(i: usize, purpose: u64) -> Dice {
        let mut dice = Dice((i as u64) << 8 | purpose);
        dice.0 = dice.roll();
        dice
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.roll() % n as u64).expect("the rest is less than a usize")
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// Somewhere in a city: the sum of two throws, so that the middle is denser; to a millionth of a degree.
    fn position(&mut self, city: &City) -> (f64, f64) {
        let mut around = |middle: f64, reach: f64| {
            let micro = self.below(1_000_001) + self.below(1_000_001);
            let throw = f64::from(u32::try_from(micro).expect("two millions at most")) / 1e6 - 1.0;
            ((middle + throw * reach) * 1e6).round() / 1e6
        };
        (around(city.lat, 0.09), around(city.lon, 0.13))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_the_same_every_time_and_no_two_accounts_share_an_id() {
        assert_eq!(sample_account(7), sample_account(7));
        let ids: std::collections::BTreeSet<Uuid> = (0..5_000).map(sample_id).collect();
        assert_eq!(ids.len(), 5_000);
        assert!((0..5_000).all(|i| sample_id(i).get_version_num() == 7));
    }

    #[test]
    fn one_account_in_three_has_opening_hours_and_both_languages_are_common() {
        let accounts: Vec<Fields> = (0..3_000).map(sample_account).collect();
        assert_eq!(
            accounts
                .iter()
                .filter(|account| account.contains_key("opening_hours"))
                .count(),
            1_000
        );
        let chinese = accounts
            .iter()
            .filter(|account| account["country"] == "CN")
            .count();
        assert!((750..=2_000).contains(&chinese), "{chinese} of 3,000 are Chinese");
    }

    #[test]
    fn every_search_but_the_last_finds_something_in_the_sample() {
        let texts: Vec<String> = (0..10_000)
            .map(|i| Value::Object(sample_account(i)).to_string().to_lowercase())
            .collect();
        for (n, search) in SEARCHES.iter().enumerate() {
            let found = texts
                .iter()
                .any(|text| search.split(' ').all(|word| text.contains(word)));
            assert_eq!(found, n + 1 < SEARCHES.len(), "{search}");
        }
    }
}
