//! Writes the Kotlin and Python sources of the bindings from the compiled library.
//!
//! It is `UniFFI`'s own command, pinned to the version that the library was built with: the two must be the same.

fn main() {
    uniffi::uniffi_bindgen_main();
}
