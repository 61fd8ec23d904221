//! The layout of prost-build's code.

use super::comments::Comments;
use crate::render::rustdoc;

/// Formats Rust, sets its items apart by empty lines, and puts the comments in.
pub(super) fn formatted(text: &str, comments: &Comments) -> Result<String, String> {
    let file = syn::parse_file(text).map_err(|error| {
        format!("the generated messages are no Rust: {error}; is an attribute or a path of the parameters not valid?")
    })?;
    let text = prettyplease::unparse(&file);
    let text = join_derives(&text);
    let mut spaced = String::with_capacity(text.len() + text.len() / 16);
    let mut modules = 0;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let code = line.trim_start();
        let indent = &line[..line.len() - code.len()];
        match comments.marked(code) {
            Some(comment) => {
                for line in rustdoc(comment) {
                    spaced.push_str(format!("{indent}/// {line}").trim_end());
                    spaced.push('\n');
                }
            }
            None => {
                spaced.push_str(line);
                spaced.push('\n');
            }
        }
        if code.starts_with("pub mod ") && code.ends_with('{') {
            modules += 1;
        } else if code == "}" && indent.len() < 4 * modules {
            modules -= 1;
        }
        let ends_item = indent.len() == 4 * modules && code.ends_with('}');
        if ends_item && lines.peek().is_some_and(|next| next.trim_start() != "}") {
            spaced.push('\n');
        }
    }
    Ok(spaced)
}

/// Puts the traits of a derive on one line where they fit; prettyplease breaks earlier than rustfmt.
fn join_derives(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        joined.push_str(line);
        if line.trim_start() == "#[derive(" {
            let traits: Vec<_> = lines
                .by_ref()
                .take_while(|line| line.trim() != ")]")
                .map(str::trim)
                .collect();
            let one_line = format!("{})]", traits.join(" ").trim_end_matches(','));
            let broken = format!(
                "\n{0}    {1}\n{0})]",
                &line[..line.len() - 9],
                traits.join(&format!("\n{}    ", &line[..line.len() - 9]))
            );
            joined.push_str(if line.len() + one_line.len() <= 100 {
                &one_line
            } else {
                &broken
            });
        }
        joined.push('\n');
    }
    joined
}
