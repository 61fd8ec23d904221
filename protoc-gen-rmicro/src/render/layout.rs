//! Lines of Rust: indentation, and where a signature or a call is broken.

/// The widest line that is not broken, as rustfmt has it.
const WIDTH: usize = 100;

/// Text that grows line by line.
#[derive(Default)]
pub(super) struct Layout {
    text: String,
    depth: usize,
}

impl Layout {
    /// A line at the current depth.
    pub(super) fn line(&mut self, line: &str) {
        if !line.is_empty() {
            self.text.extend(std::iter::repeat_n("    ", self.depth));
            self.text.push_str(line);
        }
        self.text.push('\n');
    }

    /// An empty line.
    pub(super) fn blank(&mut self) {
        self.line("");
    }

    /// Lines that are formatted already.
    pub(super) fn text(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    /// `head {`, what `body` writes, and `}`.
    pub(super) fn block(&mut self, head: &str, body: impl FnOnce(&mut Self)) {
        self.line(&format!("{head} {{"));
        self.indented(body);
        self.line("}");
    }

    /// What `body` writes, one level deeper.
    pub(super) fn indented(&mut self, body: impl FnOnce(&mut Self)) {
        self.depth += 1;
        body(self);
        self.depth -= 1;
    }

    /// `left right`, on two lines where one is too narrow.
    pub(super) fn pair(&mut self, left: &str, right: &str) {
        let line = format!("{left} {right}");
        match self.fits(&line) {
            true => self.line(&line),
            false => {
                self.line(left);
                self.indented(|layout| layout.line(right));
            }
        }
    }

    /// `start inside end`, with `inside` on a line of its own where one line is too narrow.
    pub(super) fn braced(&mut self, start: &str, inside: &str, end: &str) {
        let line = format!("{start} {inside} {end}");
        match self.fits(&line) {
            true => self.line(&line),
            false => {
                self.line(start);
                self.indented(|layout| layout.line(inside));
                self.line(end);
            }
        }
    }

    /// A function with a body of one line, its parameters below each other where one line is too narrow.
    pub(super) fn function(
        &mut self,
        head: &str,
        parameters: &[String],
        result: &str,
        body: &[&str],
    ) {
        let result = match result {
            "" => String::new(),
            _ => format!(" -> {result}"),
        };
        let line = format!("{head}({}){result}", parameters.join(", "));
        if self.fits(&format!("{line} {{")) {
            self.line(&format!("{line} {{"));
        } else {
            self.line(&format!("{head}("));
            self.indented(|layout| {
                for parameter in parameters {
                    layout.line(&format!("{parameter},"));
                }
            });
            self.line(&format!("){result} {{"));
        }
        self.indented(|layout| layout.chain(body));
        self.line("}");
    }

    /// An expression with method calls, each of them on a line of its own where one line is too narrow.
    pub(super) fn chain(&mut self, parts: &[&str]) {
        let line = parts.concat();
        match (self.fits(&line), parts) {
            (false, [first, rest @ ..]) => {
                self.line(first);
                self.indented(|layout| rest.iter().for_each(|part| layout.line(part)));
            }
            _ => self.line(&line),
        }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    fn fits(&self, line: &str) -> bool {
        self.depth * 4 + line.chars().count() <= WIDTH
    }
}
