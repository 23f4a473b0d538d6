//! The widget's words: constructors, and each language compiled, for tests; and those of the card,
//! in the code.

fn main() {
    words_compiler::build("words");
    words_compiler::embed("words/card", "card");
}
