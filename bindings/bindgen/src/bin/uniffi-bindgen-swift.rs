//! Writes the Swift sources, C header and module map of the bindings from the compiled library.

fn main() {
    uniffi::uniffi_bindgen_swift();
}
