//! Random conditions, compiled and evaluated here and by the crate `cel`: the same value, or both an error.
//!
//! 20,000 conditions; `FIELDBOOK_CEL_CASES=1000000 cargo test --release -p fieldbook-cel --test against_cel` for more.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::collections::HashMap;

use cel::{Context, Program, Value};
use chrono::NaiveDate;
use fieldbook_model::{Fields, Money, Scalar};
use fieldbook_sales::expr::Expr;
use fieldbook_sales::facts::{FactValue, Facts};

/// `xorshift64*`: the same conditions on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % n
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        let n = u64::try_from(from.len()).unwrap();
        from[usize::try_from(self.below(n)).unwrap()]
    }
}

const TEXTS: [&str; 4] = [
    "deal.budget_tier",
    "deal.source",
    "account.tier",
    "deal.next_step",
];
const WORDS: [&str; 5] = ["\"A\"", "\"B\"", "'Fair'", "\"\\u5c55\"", "\"it's\""];
const INTS: [&str; 4] = ["visits.held", "tasks.open", "stage.days", "role.champion"];
const NUMBERS: [&str; 7] = [
    "0",
    "1",
    "-1",
    "2",
    "30",
    "9223372036854775807",
    "-9223372036854775807",
];
const DAYS: [&str; 3] = ["deal.close_on", "visits.last_on", "deal.opened_on"];
const BOOLS: [&str; 2] = ["check.demo", "check.other"];
const HAS: [&str; 5] = [
    "deal.amount",
    "deal.source",
    "deal.close_on",
    "account.tier",
    "deal.x.tender",
];
const COMPARISONS: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];

fn condition(random: &mut Random, depth: u64) -> String {
    if depth == 0 || random.below(6) == 0 {
        return match random.below(4) {
            0 => random.pick(&["true", "false"]).to_owned(),
            1 => random.pick(&BOOLS).to_owned(),
            _ => format!("has({})", random.pick(&HAS)),
        };
    }
    let deeper = depth - 1;
    let comparison = random.pick(&COMPARISONS);
    match random.below(9) {
        0 | 1 => format!("({} && {})", condition(random, deeper), condition(random, deeper)),
        2 | 3 => format!("({} || {})", condition(random, deeper), condition(random, deeper)),
        4 => format!("!{}", condition(random, deeper)),
        5 => format!("({} {comparison} {})", int(random, deeper), int(random, deeper)).replace("--", "- -"),
        6 => {
            let equality = random.pick(&["==", "!="]);
            format!("({} {equality} {})", text(random), text(random))
        }
        7 => {
            let list: Vec<String> = (0..=random.below(3)).map(|_| text(random)).collect();
            format!("({} in [{}])", text(random), list.join(", "))
        }
        _ => match random.below(3) {
            0 => format!("positive({})", money(random)),
            1 => format!("({} {comparison} {})", money(random), money(random)),
            _ => format!("({} {comparison} {})", date(random, deeper), date(random, deeper)),
        },
    }
}

fn text(random: &mut Random) -> String {
    if random.below(2) == 0 {
        random.pick(&TEXTS)
    } else {
        random.pick(&WORDS)
    }
    .to_owned()
}

fn money(random: &mut Random) -> String {
    random
        .pick(&[
            "deal.amount",
            "money(\"50000 EUR\")",
            "money('0 EUR')",
            "money('-12.5 EUR')",
        ])
        .to_owned()
}

fn int(random: &mut Random, depth: u64) -> String {
    if depth == 0 || random.below(3) == 0 {
        return if random.below(2) == 0 {
            random.pick(&INTS)
        } else {
            random.pick(&NUMBERS)
        }
        .to_owned();
    }
    match random.below(3) {
        0 => format!("({} + {})", int(random, depth - 1), int(random, depth - 1)),
        1 => format!("({} - {})", int(random, depth - 1), int(random, depth - 1)),
        _ => format!("({} - {})", date(random, 0), date(random, 0)),
    }
}

fn date(random: &mut Random, depth: u64) -> String {
    if depth > 0 && random.below(3) == 0 {
        let days = random.pick(&["1", "30", "visits.held"]);
        return format!("({} {} {days})", date(random, 0), random.pick(&["+", "-"]));
    }
    match random.below(3) {
        0 => "today".to_owned(),
        1 => "date(\"2026-06-30\")".to_owned(),
        _ => random.pick(&DAYS).to_owned(),
    }
}

fn day_number(day: &str) -> i64 {
    let day: NaiveDate = day.parse().unwrap();
    (day - NaiveDate::default()).num_days()
}

/// Facts for both sides: each may be absent.
fn world(random: &mut Random) -> (Facts, Context<'static, 'static>) {
    let today = "2026-06-15";
    let mut deal = Fields::new();
    let mut members: HashMap<&str, HashMap<String, Value>> = HashMap::new();
    for of in ["deal", "account", "visits", "tasks", "stage", "role", "check"] {
        members.insert(of, HashMap::new());
    }
    let mut put = |name: &str, value: Value| {
        let (of, what) = name.split_once('.').unwrap();
        members.get_mut(of).unwrap().insert(what.to_owned(), value);
    };
    let mut account = Fields::new();
    for name in TEXTS {
        if random.below(3) > 0 {
            let value = random.pick(&["A", "B", "Fair", "展"]);
            let (of, field) = name.split_once('.').unwrap();
            if of == "deal" { &mut deal } else { &mut account }.set(field, value);
            put(name, value.into());
        }
    }
    for name in ["deal.close_on", "deal.opened_on"] {
        if random.below(3) > 0 {
            let day = random.pick(&["2026-06-15", "2026-06-30", "2026-01-01"]);
            deal.set(name.split_once('.').unwrap().1, day);
            put(name, day_number(day).into());
        }
    }
    if random.below(3) > 0 {
        let amount = random.pick(&["50000 EUR", "-3 EUR", "0.01 EUR"]);
        deal.set("amount", amount);
        put("deal.amount", amount.parse::<Money>().unwrap().minor.into());
    }
    let mut custom: HashMap<String, Value> = HashMap::new();
    if random.below(2) > 0 {
        deal.set("x/tender", "T-1");
        custom.insert("tender".to_owned(), "T-1".into());
    }
    put("deal.x", custom.into());
    for check in ["demo", "other"] {
        let is_checked = random.below(2) > 0;
        if is_checked {
            deal.set(&format!("check/{check}"), Scalar::Bool(true));
        }
        put(&format!("check.{check}"), is_checked.into());
    }
    let mut facts = Facts::of_deal(today.parse().unwrap(), &deal);
    facts.take_account(&account);
    for name in INTS {
        let n = i64::try_from(random.below(4)).unwrap();
        facts.set(name, FactValue::Int(n));
        put(name, n.into());
    }
    if random.below(2) > 0 {
        facts.set("visits.last_on", FactValue::Date("2026-06-30".parse().unwrap()));
        put("visits.last_on", day_number("2026-06-30").into());
    }
    let mut context = Context::default();
    context.add_variable_from_value("today", day_number(today));
    for (of, members) in members {
        context.add_variable_from_value(of, members);
    }
    let money = |text: std::sync::Arc<String>| text.parse::<Money>().unwrap().minor;
    context.add_function("money", money).unwrap();
    context
        .add_function("date", |day: std::sync::Arc<String>| day_number(&day))
        .unwrap();
    context.add_function("positive", |n: i64| n > 0).unwrap();
    (facts, context)
}

#[test]
fn conditions_have_the_value_that_cel_gives_them() {
    let cases = std::env::var("FIELDBOOK_CEL_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(20_000_u64);
    let mut random = Random(0x5EED_0F1E_1DB0_0C00);
    let (mut decided, mut errors, mut differ) = (0_u64, 0_u64, Vec::new());
    let mut here = world(&mut random);
    for n in 0..cases {
        if n % 50 == 0 {
            here = world(&mut random);
        }
        let depth = 1 + random.below(5);
        let source = condition(&mut random, depth);
        let (facts, context) = &here;
        let tree = fieldbook_cel::compile(&source).unwrap_or_else(|fault| panic!("{source}: {fault}"));
        let ours = Expr::parse(&tree).unwrap().is_true(facts).ok();
        let program = Program::compile(&source).unwrap();
        let theirs = match program.execute(context) {
            Ok(Value::Bool(truth)) => Some(truth),
            Ok(other) => panic!("{source} is {other:?}"),
            Err(_) => None,
        };
        decided += u64::from(ours.is_some());
        errors += u64::from(ours.is_none());
        if ours != theirs && differ.len() < 20 {
            differ.push((source, ours, theirs));
        }
    }
    println!(
        "{cases} conditions: {decided} with a value, {errors} without, {} differ",
        differ.len()
    );
    assert!(differ.is_empty(), "{differ:#?}");
    assert!(
        decided > cases / 4 && errors > cases / 20,
        "the conditions say little: {decided}, {errors}"
    );
}
