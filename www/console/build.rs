//! Constructors of what the console says, from `words/en.ftl`, and each language compiled.

fn main() {
    words_compiler::build("words");
}
