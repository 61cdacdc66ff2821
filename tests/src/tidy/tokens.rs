//! A Rust file as a flat list of tokens with their lines.
//!
//! `proc-macro2` reads strings, lifetimes, raw strings and nested comments as the compiler does; comments are gone
//! afterwards, and doc comments (which become attributes) are dropped here.

use std::str::FromStr;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// The kind of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A word: keyword or identifier, without the `r#` of a raw one.
    Word,
    /// A literal. Its text is never examined.
    Literal,
    /// A sign: one character, or `::`.
    Sign,
}

/// A token of a source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The kind of the token.
    pub kind: Kind,
    /// The text as written, for a literal too.
    pub text: String,
    /// The line it starts on, counted from 1.
    pub line: usize,
    /// The line it ends on: another one only for a literal.
    pub last_line: usize,
}

impl Token {
    /// True if this is the word or sign `text`, and not a literal.
    pub fn is(&self, text: &str) -> bool {
        self.kind != Kind::Literal && self.text == text
    }

    /// True if this is a word.
    pub fn is_word(&self) -> bool {
        self.kind == Kind::Word
    }
}

/// Reads the tokens of `source`.
///
/// # Errors
///
/// The error of the lexer if the text is not Rust.
pub fn read(source: &str) -> Result<Vec<Token>, proc_macro2::LexError> {
    let mut tokens = Vec::new();
    flatten(TokenStream::from_str(source)?, &mut tokens);
    Ok(tokens)
}

fn flatten(stream: TokenStream, into: &mut Vec<Token>) {
    let mut colon_waits = false;
    for tree in stream {
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                let start = into.len();
                push(into, Kind::Sign, open.to_owned(), group.span_open());
                flatten(group.stream(), into);
                push(into, Kind::Sign, close.to_owned(), group.span_close());
                drop_doc(into, start);
            }
            TokenTree::Ident(word) => {
                let text = word.to_string();
                let text = text.strip_prefix("r#").unwrap_or(&text).to_owned();
                push(into, Kind::Word, text, word.span());
            }
            TokenTree::Punct(sign) => {
                let is_colon = sign.as_char() == ':';
                if is_colon && colon_waits {
                    into.pop();
                    push(into, Kind::Sign, "::".to_owned(), sign.span());
                    colon_waits = false;
                    continue;
                }
                colon_waits = is_colon && sign.spacing() == Spacing::Joint;
                push(into, Kind::Sign, sign.to_string(), sign.span());
                continue;
            }
            TokenTree::Literal(literal) => {
                push(into, Kind::Literal, literal.to_string(), literal.span());
            }
        }
        colon_waits = false;
    }
}

fn push(into: &mut Vec<Token>, kind: Kind, text: String, span: proc_macro2::Span) {
    let (line, last_line) = (span.start().line, span.end().line);
    into.push(Token {
        kind,
        text,
        line,
        last_line,
    });
}

/// Drops `#[doc = ".."]` or `#![doc = ".."]` if the group at `start` is one.
fn drop_doc(into: &mut Vec<Token>, start: usize) {
    let is_doc = into[start].is("[")
        && into.get(start + 1).is_some_and(|t| t.is("doc"))
        && into.get(start + 2).is_some_and(|t| t.is("="));
    if !is_doc {
        return;
    }
    into.truncate(start);
    if into.last().is_some_and(|t| t.is("!")) {
        into.pop();
    }
    if into.last().is_some_and(|t| t.is("#")) {
        into.pop();
    }
}

/// The index after the group that opens at `open`, or after `open` if no group opens there.
pub fn past_group(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        if ["(", "{", "["].iter().any(|s| token.is(s)) {
            depth += 1;
        } else if [")", "}", "]"].iter().any(|s| token.is(s)) {
            depth = depth.saturating_sub(1);
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<String> {
        read(source).unwrap().into_iter().map(|t| t.text).collect()
    }

    #[test]
    fn comments_and_docs_are_no_tokens_and_a_path_sign_is_one() {
        let source = "//! in\n/// doc\n#[inline] // why\nfn r#type() { a::b; /* /* nested */ */ c ? : d }";
        assert_eq!(
            texts(source).join(" "),
            "# [ inline ] fn type ( ) { a :: b ; c ? : d }"
        );
    }

    #[test]
    fn what_a_string_holds_is_never_a_word() {
        let tokens = read("let s = r#\"fn\n x { unwrap() \"#; let c = '{'; let l: &'static str;").unwrap();
        assert!(!tokens.iter().any(|t| t.is("unwrap") || t.is("{")));
        let long = tokens.iter().find(|t| t.kind == Kind::Literal).unwrap();
        assert_eq!((long.line, long.last_line), (1, 2));
    }
}
