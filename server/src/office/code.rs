//! One-time join codes: 80 random bits that a person can read out over the phone.

use fieldbook_model::clock::Random;
use sha2::{Digest, Sha256};

/// Crockford's base 32: no I, L, O or U, which are misread or mean something.
const ALPHABET: [u8; 32] = *b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Makes a code: sixteen letters and digits of 5 bits each, in groups of four.
pub fn new_code(random: &dyn Random) -> String {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    let symbols = bytes.map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
    let groups: Vec<String> = symbols.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// What the store keeps of a code. However it was typed: case, spaces, dashes, O for 0, I and L for 1.
pub fn hash_of_code(code: &str) -> [u8; 32] {
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
        let code = new_code(&SeededRandom::new(3));
        assert_eq!(code.len(), 19);
        assert_eq!(
            hash_of_code(&code.to_lowercase().replace('-', " ")),
            hash_of_code(&code)
        );
        assert_eq!(hash_of_code("o0Il"), hash_of_code("OO11"));
        assert_ne!(
            hash_of_code(&new_code(&SeededRandom::new(4))),
            hash_of_code(&code)
        );
    }
}
