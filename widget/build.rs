//! The widget's words: constructors, and each language compiled, for tests.

fn main() {
    words_compiler::build("words");
}
