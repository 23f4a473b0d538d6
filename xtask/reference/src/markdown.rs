//! Tables and paragraphs of Markdown.

/// The widest line of prose, in characters.
const WIDTH: usize = 100;

/// A table; its cells may hold anything but line breaks.
pub fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head: Vec<_> = head.iter().map(|cell| (*cell).to_owned()).collect();
    let rule: Vec<_> = head.iter().map(|_| "---".to_owned()).collect();
    let mut text = line(&head) + &line(&rule);
    for row in rows {
        let cells: Vec<_> =
            row.iter().map(|cell| cell.replace('\n', " ").replace('|', "\\|")).collect();
        text += &line(&cells);
    }
    text + "\n"
}

/// A paragraph within the width.
pub fn paragraph(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut().expect("there is always a line");
        if !last.is_empty() && last.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(word.to_owned());
        } else {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines.join("\n") + "\n\n"
}

/// A link to a heading of the same document: the type's own, or the one of the list that the type
/// is.
pub fn to_type(name: &str) -> String {
    let anchor = match name {
        "VisitorCommand" => "visitor-commands".to_owned(),
        "VisitorEvent" => "visitor-events".to_owned(),
        "AgentCommand" => "agent-commands".to_owned(),
        "AgentEvent" => "agent-events".to_owned(),
        _ => name.to_lowercase(),
    };
    format!("[`{name}`](#{anchor})")
}
