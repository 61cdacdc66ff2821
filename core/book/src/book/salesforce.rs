//! Record ids of Salesforce, which have two forms: 15 characters in screens and reports, where case counts, and 18 in
//! interfaces, of which the last three repeat the case of the others.
//!
//! Source: Salesforce, "ID Field Type" (Object Reference): each of the three characters stands for five bits, one for each
//! character of a third of the id, set for a capital letter.

/// The alphabet of the last three characters.
const CHECK_CHARACTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// The id in its other form: of 15 characters for one of 18, and the other way round; `None` for any other text.
pub(super) fn other_form(id: &str) -> Option<String> {
    let is_id = id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let (short, check) = id.split_at_checked(15).filter(|_| is_id)?;
    let expected = check_characters(short);
    match check {
        "" => Some(format!("{short}{expected}")),
        check if check.eq_ignore_ascii_case(&expected) => Some(short.to_owned()),
        _ => None,
    }
}

fn check_characters(short: &str) -> String {
    let third = |bytes: &[u8]| {
        let bits = bytes.iter().enumerate();
        let number = bits.fold(0, |sum, (at, byte)| {
            sum | usize::from(byte.is_ascii_uppercase()) << at
        });
        char::from(CHECK_CHARACTERS[number])
    };
    short.as_bytes().chunks(5).map(third).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_forms_of_an_id_lead_to_each_other() {
        // The first is the example of Salesforce's own documentation.
        for (short, long) in [
            ("001A000000JQjJ2", "001A000000JQjJ2IAL"),
            ("0015g00000XyZAb", "0015g00000XyZAbAAN"),
        ] {
            assert_eq!(other_form(short).as_deref(), Some(long), "{short}");
            assert_eq!(other_form(long).as_deref(), Some(short), "{long}");
        }
        for none in [
            "",
            "E-1",
            "0015g00000XyZAbAAX",
            "0015g00000XyZA",
            "0015g00000XyZA-",
            "éééééééé",
        ] {
            assert_eq!(other_form(none), None, "{none}");
        }
    }
}
