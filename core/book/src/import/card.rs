//! Business cards: vCard 2.1 to 4.0 (RFC 6350) of a file or an e-mail, and the texts of QR codes, which are vCards or MECARDs
//! (NTT DOCOMO, "Synergy with phonebook function").

use calcard::vcard::{VCard, VCardParameterName, VCardProperty, VCardValue};
use calcard::{Entry, Parser};
use fieldbook_model::Fields;

/// The beginning of a MECARD, in any case.
const MECARD: &str = "MECARD:";

/// Largest text that is read, bytes.
const CARD_BYTES_MAX: usize = 4 << 20;

/// Why a text gives no lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// It is neither a vCard nor a MECARD.
    #[error("this is neither a vCard nor a MECARD")]
    NotACard,
    /// A card names neither a person nor a company.
    #[error("card {n} names neither a person nor a company")]
    NoName {
        /// The number of the card in the text, from 1.
        n: usize,
    },
    /// It is longer than 4 MB.
    #[error("the text is longer than 4 MB")]
    TooLarge,
}

/// The fields of a lead for each card in a text: name, company, phone, email, city and remark, as far as the card has them.
///
/// # Errors
/// [`CardError`]. Of several cards none is taken then.
///
/// # Examples
/// ```
/// use fieldbook_book::import::leads_of_cards;
/// let scanned = "MECARD:N:Li,Wei;ORG:Harbour Clinic;TEL:+862155550100;;";
/// let leads = leads_of_cards(scanned)?;
/// assert_eq!(leads[0].text("name"), Some("Wei Li"));
/// assert_eq!(leads[0].text("phone"), Some("+862155550100"));
/// # Ok::<(), fieldbook_book::import::CardError>(())
/// ```
pub fn leads_of_cards(text: &str) -> Result<Vec<Fields>, CardError> {
    if text.len() > CARD_BYTES_MAX {
        return Err(CardError::TooLarge);
    }
    let text = text.trim_start_matches('\u{feff}').trim();
    let is_mecard = text
        .get(..MECARD.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(MECARD));
    let cards = if is_mecard {
        vec![mecard(&text[MECARD.len()..])]
    } else {
        vcards(text)
    };
    if cards.is_empty() {
        return Err(CardError::NotACard);
    }
    (1..).zip(cards).map(|(n, card)| card.into_lead(n)).collect()
}

/// The values of a card, each the first that it states.
#[derive(Debug, Default)]
struct Card {
    full_name: Option<String>,
    family: Option<String>,
    given: Option<String>,
    company: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    city: Option<String>,
    note: Option<String>,
}

fn put(into: &mut Option<String>, text: &str) {
    let text = text.trim();
    if into.is_none() && !text.is_empty() {
        *into = Some(text.to_owned());
    }
}

impl Card {
    fn into_lead(self, n: usize) -> Result<Fields, CardError> {
        let composed = match (self.given, self.family) {
            // Chinese, Japanese and Korean names begin with the family, without a space.
            (Some(given), Some(family)) if is_unspaced(&family) => Some(family + &given),
            (Some(given), Some(family)) => Some(format!("{given} {family}")),
            (given, family) => given.or(family),
        };
        let name = self.full_name.or(composed).or_else(|| self.company.clone());
        let mut lead = Fields::new().with("name", name.ok_or(CardError::NoName { n })?);
        lead.set_some("company", self.company);
        lead.set_some("phone", self.phone);
        lead.set_some("email", self.email);
        lead.set_some("city", self.city);
        lead.set_some("remark", self.note);
        Ok(lead)
    }
}

fn is_unspaced(name: &str) -> bool {
    name.chars()
        .all(|c| matches!(c, '\u{3040}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{20000}'..='\u{323af}'))
}

fn vcards(text: &str) -> Vec<Card> {
    let mut parser = Parser::new(text);
    let mut cards = Vec::new();
    loop {
        match parser.entry() {
            Entry::VCard(card) => cards.push(vcard(&card)),
            Entry::Eof => return cards,
            _ => {}
        }
    }
}

fn vcard(vcard: &VCard) -> Card {
    let mut card = Card::default();
    let (mut phones, mut emails) = (Vec::new(), Vec::new());
    for entry in &vcard.entries {
        let value = |at: usize| match entry.values.get(at) {
            Some(VCardValue::Text(text)) => text.clone(),
            Some(VCardValue::Component(parts)) => parts.join(" "),
            _ => String::new(),
        };
        // The preferred one first: `PREF=1` of version 4, `TYPE=PREF` of older ones.
        let is_preferred = entry
            .params
            .iter()
            .any(|param| param.name == VCardParameterName::Pref)
            || entry
                .params
                .iter()
                .any(|param| format!("{:?}", param.value).to_lowercase().contains("pref"));
        match entry.name {
            VCardProperty::Fn => put(&mut card.full_name, &value(0)),
            VCardProperty::N => {
                put(&mut card.family, &value(0));
                put(&mut card.given, &value(1));
            }
            VCardProperty::Org => put(&mut card.company, &value(0)),
            VCardProperty::Tel => phones.push((!is_preferred, number(&value(0)))),
            VCardProperty::Email => emails.push((!is_preferred, value(0))),
            VCardProperty::Adr => put(&mut card.city, &value(3)),
            VCardProperty::Note => put(&mut card.note, &value(0)),
            _ => {}
        }
    }
    for (found, into) in [(&mut phones, &mut card.phone), (&mut emails, &mut card.email)] {
        found.sort_by_key(|(is_other, _)| *is_other);
        for (_, text) in found.iter() {
            put(into, text);
        }
    }
    card
}

/// A telephone number as people write it; a `tel:` URI (RFC 3966) loses its scheme and parameters, except an extension.
fn number(text: &str) -> String {
    let Some(uri) = text.trim().strip_prefix("tel:") else {
        return text.to_owned();
    };
    let mut parts = uri.split(';');
    let number = parts.next().unwrap_or_default();
    match parts.find_map(|part| part.strip_prefix("ext=")) {
        Some(extension) => format!("{number} ext. {extension}"),
        None => number.to_owned(),
    }
}

/// Reads `N:Li,Wei;TEL:...;;`. A backslash makes the character behind it plain.
fn mecard(text: &str) -> Card {
    let mut card = Card::default();
    for field in split(text, ';') {
        let Some((key, value)) = field.split_once(':') else {
            continue;
        };
        match key.trim().to_ascii_uppercase().as_str() {
            "N" => {
                let parts = split(value, ',');
                if let [family, given, ..] = &parts[..] {
                    put(&mut card.family, &plain(family));
                    put(&mut card.given, &plain(given));
                } else {
                    put(&mut card.full_name, &plain(value));
                }
            }
            "ORG" => put(&mut card.company, &plain(value)),
            "TEL" => put(&mut card.phone, &plain(value)),
            "EMAIL" => put(&mut card.email, &plain(value)),
            // Post box, room, street, city, region, postal code, country; or one line that says all.
            "ADR" => {
                if let Some(city) = split(value, ',').get(3) {
                    put(&mut card.city, &plain(city));
                }
            }
            "NOTE" => put(&mut card.note, &plain(value)),
            _ => {}
        }
    }
    card
}

/// The parts of a text between separators that no backslash stands before.
fn split(text: &str, at: char) -> Vec<&str> {
    let (mut parts, mut from, mut is_escaped) = (Vec::new(), 0, false);
    for (i, c) in text.char_indices() {
        if is_escaped {
            is_escaped = false;
        } else if c == '\\' {
            is_escaped = true;
        } else if c == at {
            parts.push(&text[from..i]);
            from = i + c.len_utf8();
        }
    }
    parts.push(&text[from..]);
    parts
}

fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn only(text: &str) -> [Option<String>; 6] {
        let leads = leads_of_cards(text).unwrap();
        assert_eq!(leads.len(), 1, "{text}");
        ["name", "company", "phone", "email", "city", "remark"]
            .map(|key| leads[0].text(key).map(str::to_owned))
    }

    fn said(values: [&str; 6]) -> [Option<String>; 6] {
        values.map(|value| (!value.is_empty()).then(|| value.to_owned()))
    }

    #[test]
    fn cards_of_every_version_are_read() {
        let of_three = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Li;Wei;;Dr.;\r\nFN:Dr. Wei Li\r\nORG:Harbour Clinic;Radiology\r\n\
            TEL;TYPE=FAX:1\r\nTEL;TYPE=CELL,PREF:+86 21 5555 0100\r\nEMAIL;TYPE=work:li@harbour.example\r\n\
            ADR;TYPE=work:;;1 Quay St;Ely;Cambs;CB7;UK\r\nNOTE:Met at\\nthe fair\\, twice\r\nEND:VCARD\r\n";
        let expected = [
            "Dr. Wei Li",
            "Harbour Clinic",
            "+86 21 5555 0100",
            "li@harbour.example",
            "Ely",
            "Met at\nthe fair, twice",
        ];
        assert_eq!(only(of_three), said(expected));
        let of_four =
            "BEGIN:VCARD\nVERSION:4.0\nFN:Ola Lis\nTEL;VALUE=uri;PREF=1:tel:+44-1353-5550;ext=12\nEND:VCARD";
        assert_eq!(
            only(of_four),
            said(["Ola Lis", "", "+44-1353-5550 ext. 12", "", "", ""])
        );
        let of_two = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E6=9D=8E;=E4=BC=9F;;;\r\n\
            TEL;CELL:138 0000 1111\r\nEND:VCARD\r\n";
        assert_eq!(only(of_two), said(["李伟", "", "138 0000 1111", "", "", ""]));
    }

    #[test]
    fn the_text_of_a_qr_code_is_read() {
        let scanned = r"mecard:N:Li,Wei;ORG:Clinic\; Harbour;TEL:+862155550100;TEL:2;EMAIL:li@harbour.example;ADR:,,1 Quay St,Ely,,,UK;NOTE:a\:b;;";
        let expected = [
            "Wei Li",
            "Clinic; Harbour",
            "+862155550100",
            "li@harbour.example",
            "Ely",
            "a:b",
        ];
        assert_eq!(only(scanned), said(expected));
        assert_eq!(only("MECARD:N:Ola Lis;;")[0].as_deref(), Some("Ola Lis"));
        assert_eq!(only("MECARD:ORG:Harbour;;")[0].as_deref(), Some("Harbour"));
    }

    #[test]
    fn a_card_without_a_name_and_a_text_that_is_none_are_refused() {
        assert_eq!(
            leads_of_cards("https://harbour.example"),
            Err(CardError::NotACard)
        );
        assert_eq!(leads_of_cards(""), Err(CardError::NotACard));
        assert_eq!(
            leads_of_cards("BEGIN:VCALENDAR\nEND:VCALENDAR"),
            Err(CardError::NotACard)
        );
        let two = "BEGIN:VCARD\nFN:Ada\nEND:VCARD\nBEGIN:VCARD\nTEL:1\nEND:VCARD";
        assert_eq!(leads_of_cards(two), Err(CardError::NoName { n: 2 }));
        assert_eq!(
            leads_of_cards(&"x".repeat(CARD_BYTES_MAX + 1)),
            Err(CardError::TooLarge)
        );
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in "(MECARD:|BEGIN:VCARD\n)?([A-Z]{1,4}[:;,=\\\\]?|\\PC{0,6}|\n){0,24}") {
            let _ = leads_of_cards(&text);
        }

        #[test]
        fn what_a_mecard_says_is_read_back(name in "[\\PC&&[^\\s]]{1,12}", company in "[\\PC&&[^\\s]]{1,12}") {
            let escaped = |text: &str| text.chars().fold(String::new(), |mut out, c| {
                if matches!(c, '\\' | ';' | ':' | ',') {
                    out.push('\\');
                }
                out.push(c);
                out
            });
            let text = format!("MECARD:N:{};ORG:{};;", escaped(&name), escaped(&company));
            let lead = leads_of_cards(&text).unwrap().remove(0);
            prop_assert_eq!(lead.text("name"), Some(name.as_str()));
            prop_assert_eq!(lead.text("company"), Some(company.as_str()));
        }
    }
}
