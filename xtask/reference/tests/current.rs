//! Every generated document is what the types say. `cargo xtask docs` writes them anew.

use std::{fs, path::Path};

#[test]
fn generated_documents_are_current() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (path, text) in reference::documents() {
        if std::env::var_os("BATON_WRITE").is_some() {
            fs::write(root.join(path), &text).expect("the document can be written");
        }
        let stored = fs::read_to_string(root.join(path)).unwrap_or_default();
        assert!(
            stored == text,
            "{path} is not what the types say: run `cargo xtask docs`, and read the difference"
        );
    }
}
