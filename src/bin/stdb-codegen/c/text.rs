//! The text of a C file, line by line, no wider than 120 characters.

use super::read::OWN;

/// How wide a line may be.
const WIDTH: usize = 120;

/// Text that grows.
pub struct Text {
    /// What there is.
    pub text: String,
    /// What takes the place of `OWN`.
    pub own: String,
}

impl Text {
    /// An empty one.
    pub fn new(own: &str) -> Text {
        Text { text: String::new(), own: own.to_owned() }
    }

    /// Adds a line.
    pub fn line(&mut self, line: impl AsRef<str>) {
        self.text.push_str(&self.named(line.as_ref()));
        self.text.push('\n');
    }

    /// Adds lines.
    pub fn lines(&mut self, lines: &str) {
        self.text.push_str(&self.named(lines.trim_start_matches('\n')));
    }

    /// Adds an empty line.
    pub fn gap(&mut self) {
        self.text.push('\n');
    }

    fn named(&self, text: &str) -> String {
        text.replace(OWN, &self.own)
    }

    /// Adds the heading of what belongs to a table, a reducer or the like.
    pub fn heading(&mut self, text: &str) {
        self.line(format!("/* ---- {} ---- */", comment(text)));
        self.gap();
    }

    /// Adds a documentation comment.
    pub fn doc(&mut self, text: &str) {
        let text = &comment(text);
        if text.len() + 8 <= WIDTH {
            return self.line(format!("/** {text} */"));
        }
        self.line("/**");
        let mut line = String::from(" *");
        for word in text.split(' ') {
            if line.len() + 1 + word.len() > WIDTH {
                self.line(&line);
                line = String::from(" *");
            }
            line.push(' ');
            line.push_str(word);
        }
        self.line(line);
        self.line(" */");
    }

    /// Adds a function's head: `end` is `;` for a declaration, and nothing for a definition, whose body follows.
    pub fn head(&mut self, head: &str, params: &[String], end: &str) {
        let params = if params.is_empty() { vec!["void".to_owned()] } else { params.to_vec() };
        self.list(&format!("{head}("), &params, &format!("){end}"));
    }

    /// Adds `before`, items with commas, and `after`; in further lines, indented, where one is too short.
    pub fn list(&mut self, before: &str, items: &[String], after: &str) {
        let whole = self.named(&format!("{before}{}{after}", items.join(", ")));
        if whole.len() <= WIDTH {
            return self.line(whole);
        }
        let indent = " ".repeat(before.len() - before.trim_start().len() + 4);
        self.line(before);
        let mut line = indent.clone();
        for (position, item) in items.iter().enumerate() {
            let is_last = position + 1 == items.len();
            let piece = self.named(&format!("{item}{}", if is_last { after } else { "," }));
            if line.len() > indent.len() && line.len() + 1 + piece.len() > WIDTH {
                self.line(&line);
                line.clone_from(&indent);
            }
            if line.len() > indent.len() {
                line.push(' ');
            }
            line.push_str(&piece);
        }
        self.line(line);
    }
}

/// Text within a comment, in which names may be of any characters: none that ends it, begins another or is `OWN`.
fn comment(text: &str) -> String {
    let sign = |c: char| if c.is_control() || c == '\\' || OWN.contains(c) { ' ' } else { c };
    text.chars().map(sign).collect::<String>().replace("*/", "* /").replace("/*", "/ *")
}

/// A literal of C with this text.
pub fn literal(text: &str) -> String {
    let mut literal = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => literal.extend(['\\', char::from(byte)]),
            // Two of them may begin a trigraph.
            b'?' => literal.push_str("\\?"),
            // It is `OWN`.
            b'@' => literal.push_str("\\100"),
            b' '..=b'~' => literal.push(char::from(byte)),
            _ => literal.push_str(&format!("\\{byte:03o}")),
        }
    }
    literal + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_escaped() {
        assert_eq!(literal("a\"\\?é1@"), "\"a\\\"\\\\\\?\\303\\2511\\100\"");
    }

    #[test]
    fn a_name_does_not_end_a_comment() {
        let mut text = Text::new("own_");
        text.heading("a*/b/*/c\n@\\");
        text.doc("*/");
        assert_eq!(text.text, "/* ---- a* /b/ * /c    ---- */\n\n/** * / */\n");
    }

    #[test]
    fn long_heads_are_broken() {
        let mut text = Text::new("own_");
        text.head("int short_one", &[], ";");
        text.head("int long_one", &vec!["const char *parameter".to_owned(); 6], ";");
        assert!(text.text.starts_with("int short_one(void);\nint long_one(\n    const char *parameter, const"));
        assert!(text.text.lines().all(|line| line.len() <= WIDTH) && text.text.ends_with("parameter);\n"));
    }
}
