//! Lines of Python, broken where they are too long as black breaks them.

/// How wide a line may be.
const WIDTH: usize = 120;

/// Writes a statement that is no function's head, at an indent.
pub fn line(out: &mut String, indent: usize, code: &str) {
    split(out, indent, code, last_brackets(code), false);
}

/// Writes the head of a function, at an indent.
pub fn head(out: &mut String, indent: usize, code: &str) {
    split(out, indent, code, first_brackets(code), true);
}

/// Writes the head of a function whose parameters another one of its name does not have, for type checkers.
pub fn overriding_head(out: &mut String, indent: usize, name: &str, params: &[String], end: &str) {
    const IGNORED: &str = "  # type: ignore[override]";
    let whole = format!("def {name}({}{end}{IGNORED}", params.join(", "));
    if indent + whole.len() <= WIDTH {
        return push(out, indent, &whole);
    }
    push(out, indent, &format!("def {name}({IGNORED}"));
    params.iter().for_each(|param| line(out, indent + 4, &format!("{param},")));
    line(out, indent, end);
}

/// One line, or else what is before the brackets and they; what is in them, one line deeper; the rest.
fn split(out: &mut String, indent: usize, code: &str, brackets: Option<(usize, usize)>, is_head: bool) {
    let Some((open, close)) = brackets.filter(|_| !fits(indent, code)) else { return push(out, indent, code) };
    push(out, indent, &code[..=open]);
    let inside = &code[open + 1..close];
    match &items(inside)[..] {
        // A parameter that stands alone gets a comma, too.
        [only] if is_head => line(out, indent + 4, &format!("{only},")),
        [only] => line(out, indent + 4, only),
        _ if fits(indent + 4, inside) => push(out, indent + 4, inside),
        several => several.iter().for_each(|item| line(out, indent + 4, &format!("{item},"))),
    }
    line(out, indent, &code[close..]);
}

fn push(out: &mut String, indent: usize, code: &str) {
    out.push_str(&" ".repeat(indent));
    out.push_str(code);
    out.push('\n');
}

fn fits(indent: usize, code: &str) -> bool {
    indent + code.chars().count() <= WIDTH
}

/// What commas part, outside of brackets.
fn items(inside: &str) -> Vec<&str> {
    let (mut items, mut begin, mut depth) = (Vec::new(), 0, 0);
    for (at, sign) in signs(inside) {
        match sign {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            b',' if depth == 0 => {
                items.push(inside[begin..at].trim());
                begin = at + 1;
            }
            _ => {}
        }
    }
    items.extend([inside[begin..].trim()].iter().filter(|last| !last.is_empty()));
    items
}

/// The pairs of brackets that are within no others.
fn outer_brackets(code: &str) -> Vec<(usize, usize)> {
    let (mut pairs, mut opened) = (Vec::new(), Vec::new());
    for (at, sign) in signs(code) {
        match (sign, opened.len()) {
            (b'(' | b'[' | b'{', _) => opened.push(at),
            (b')' | b']' | b'}', 1) => pairs.extend(opened.pop().map(|open| (open, at))),
            (b')' | b']' | b'}', _) => drop(opened.pop()),
            _ => {}
        }
    }
    pairs
}

fn first_brackets(code: &str) -> Option<(usize, usize)> {
    outer_brackets(code).first().copied()
}

/// The last ones that have something in them.
fn last_brackets(code: &str) -> Option<(usize, usize)> {
    outer_brackets(code).into_iter().rfind(|(open, close)| open + 1 < *close)
}

/// The brackets and commas of code, outside of literals.
fn signs(code: &str) -> impl Iterator<Item = (usize, u8)> {
    let (mut quote, mut is_escaped) = (None, false);
    code.bytes().enumerate().filter(move |&(_, byte)| {
        let is_code = quote.is_none();
        match (quote, byte) {
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some(_), b'\\') => is_escaped = true,
            (Some(open), close) if open == close => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            _ => {}
        }
        is_code && b"()[]{},".contains(&byte)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl Fn(&mut String)) -> String {
        let mut out = String::new();
        write(&mut out);
        out
    }

    #[test]
    fn what_fits_is_left_alone() {
        let exact = format!("x = f({})", "a".repeat(WIDTH - 11));
        assert_eq!(written(|out| line(out, 4, &exact)), format!("    {exact}\n"));
        let longer = format!("x = f({})", "a".repeat(WIDTH - 10));
        assert_eq!(written(|out| line(out, 4, &longer)).lines().count(), 3);
    }

    #[test]
    fn long_lines_are_broken_at_their_last_brackets() {
        let [a, b] = ["a", "b"].map(|name| name.repeat(50));
        assert_eq!(
            written(|out| line(out, 0, &format!("x[1] = call(\"), \\\",\", ({a}, {b}), {{}})"))),
            format!("x[1] = call(\n    \"), \\\",\",\n    ({a}, {b}),\n    {{}},\n)\n")
        );
        assert_eq!(
            written(|out| line(out, 8, &format!("{a}[{a}[{b}]]"))),
            format!("        {a}[\n            {a}[{b}]\n        ]\n")
        );
    }

    #[test]
    fn heads_are_broken_at_their_parameters() {
        let ty = "t".repeat(60);
        assert_eq!(
            written(|out| head(out, 4, &format!("def f(self, a: C[{ty}, x]) -> C[{ty}, x]:"))),
            format!("    def f(\n        self, a: C[{ty}, x]\n    ) -> C[{ty}, x]:\n")
        );
        assert_eq!(
            written(|out| head(out, 4, &format!("def f(self, a: {ty}, b: {ty}) -> int:"))),
            format!("    def f(\n        self,\n        a: {ty},\n        b: {ty},\n    ) -> int:\n")
        );
        let params = ["self".to_owned(), "*".to_owned(), format!("a: {ty}")];
        assert_eq!(
            written(|out| overriding_head(out, 8, "find", &params, ") -> int:")),
            format!(
                "        def find(  # type: ignore[override]\n            self,\n            *,\n            a: {ty},\n        ) -> int:\n"
            )
        );
    }
}
