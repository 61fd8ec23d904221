//! Comments of the `.proto` as documentation.

/// The lines of a comment as they can stand in rustdoc: code blocks are not run as tests, and what looks like HTML or like a
/// link to a Rust item is shown as written.
pub(crate) fn rustdoc(comment: &[String]) -> Vec<String> {
    let mut lines = Vec::with_capacity(comment.len());
    let mut fence: Option<&str> = None;
    let mut previous_blank = true;
    let mut in_indented_code = false;
    for line in comment {
        let trimmed = line.trim_start();
        if let Some(open) = fence {
            if trimmed.starts_with(open) {
                fence = None;
            }
            lines.push(line.clone());
            continue;
        }
        if let Some(marker) = ["```", "~~~"]
            .into_iter()
            .find(|marker| trimmed.starts_with(marker))
        {
            fence = Some(marker);
            let indent = &line[..line.len() - trimmed.len()];
            let language = trimmed.trim_start_matches(['`', '~']).trim();
            let is_rust = language.is_empty() || language.starts_with("rust");
            let language = if is_rust { "text" } else { language };
            lines.push(format!("{indent}{marker}{language}"));
            previous_blank = false;
            continue;
        }
        // Markdown takes lines indented by four as code, and rustdoc takes that for a test.
        let is_deep = line.starts_with("    ") || line.starts_with('\t');
        in_indented_code = is_deep && (in_indented_code || previous_blank);
        previous_blank = trimmed.is_empty();
        lines.push(match in_indented_code {
            true => escaped(trimmed),
            false => escaped(line),
        });
    }
    if let Some(marker) = fence {
        lines.push(marker.to_owned());
    }
    lines
}

/// The line with `<`, `>`, `[` and `]` escaped outside of code and links, and with addresses as links.
fn escaped(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    // A backquote without its partner opens nothing.
    let mut backquotes = line.matches('`').count() / 2 * 2;
    let mut in_code = false;
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let mut len = c.len_utf8();
        if c == '`' && backquotes > 0 {
            backquotes -= 1;
            in_code = !in_code;
            text.push(c);
        } else if in_code {
            text.push(c);
        } else if let Some(link) = link(rest) {
            text.push_str(link);
            len = link.len();
        } else if let Some(address) = address(rest) {
            text.push_str(&format!("<{address}>"));
            len = address.len();
        } else if matches!(c, '<' | '>' | '[' | ']') && !text.ends_with('\\') {
            text.push('\\');
            text.push(c);
        } else {
            text.push(c);
        }
        rest = &rest[len..];
    }
    text
}

/// A link that `text` starts with: `<https://…>` or `[text](https://…)`.
fn link(text: &str) -> Option<&str> {
    let (start, end) = match text.starts_with('<') {
        true => (1, '>'),
        false => {
            let close = text.strip_prefix('[')?.find([']', '[', '`'])? + 1;
            let after = text[close..].strip_prefix("](")?;
            (text.len() - after.len(), ')')
        }
    };
    let address = address(&text[start..])?;
    let after = start + address.len();
    text[after..].starts_with(end).then(|| &text[..=after])
}

/// An address that `text` starts with, without the punctuation after it.
fn address(text: &str) -> Option<&str> {
    if !text.starts_with("https://") && !text.starts_with("http://") {
        return None;
    }
    let end = text.find(|c: char| c.is_whitespace() || "<>()[]`\"'".contains(c));
    let address = text[..end.unwrap_or(text.len())]
        .trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_']);
    (!address.ends_with("//")).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_become_documentation_without_tests_html_or_links() {
        for (line, expected) in [
            (
                "see https://a.example/b?c=d.",
                "see <https://a.example/b?c=d>.",
            ),
            ("(<https://a.example>)", "(<https://a.example>)"),
            (
                "[a b](https://a.example) c]",
                "[a b](https://a.example) c\\]",
            ),
            ("[a][b] http://", "\\[a\\]\\[b\\] http://"),
            ("`https://a.example` \\[x\\]", "`https://a.example` \\[x\\]"),
        ] {
            assert_eq!(escaped(line), expected);
        }
        let comment = "One <T> and `Vec<T>` [link] a`b\n\n    indented(code)\n\n```\nfn x() {}\n```\n~~~ json\n{}\n~~~\n```rust\nlast";
        let expected = "One \\<T\\> and `Vec<T>` \\[link\\] a`b\n\nindented(code)\n\n```text\nfn x() {}\n```\n~~~json\n{}\n~~~\n```text\nlast\n```";
        let lines: Vec<_> = comment.lines().map(str::to_owned).collect();
        assert_eq!(rustdoc(&lines).join("\n"), expected);
    }
}
