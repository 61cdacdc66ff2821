//! One-time join codes: 80 random bits in a form that a person can dictate over the phone.

use fieldbook_model::clock::Random;
use sha2::{Digest, Sha256};

/// Crockford's base 32, which leaves out I, L and O, easily misread, and U, which spells unwanted words.
const ALPHABET: [u8; 32] = *b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Generates a join code: 16 symbols of 5 bits each, in groups of four, as in `KXQM-7P3D-9RTA-0HFW`.
pub fn generate_join_code(random: &dyn Random) -> String {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    let symbols = bytes.map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
    let groups: Vec<String> = symbols.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// The SHA-256 hash under which the store keeps a join code. Spelling variants hash alike: letter case, spaces and dashes do
/// not matter, O counts as 0, I and L count as 1.
pub fn hash_join_code(code: &str) -> [u8; 32] {
    let letters = code.chars().filter(char::is_ascii_alphanumeric);
    let plain: String = letters
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    Sha256::digest(plain.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use fieldbook_model::clock::SeededRandom;

    #[test]
    fn a_code_may_be_typed_as_people_type() {
        let code = generate_join_code(&SeededRandom::new(3));
        assert_eq!(code.len(), 19);
        assert_eq!(
            hash_join_code(&code.to_lowercase().replace('-', " ")),
            hash_join_code(&code)
        );
        assert_eq!(hash_join_code("o0Il"), hash_join_code("OO11"));
        assert_ne!(
            hash_join_code(&generate_join_code(&SeededRandom::new(4))),
            hash_join_code(&code)
        );
    }
}
