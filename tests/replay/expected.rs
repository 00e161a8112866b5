//! What is expected to be told: a text in `tests/c/replay/`, one for every recording of a scenario.
//!
//! A line may begin with words and a bar, which say where and how often it is expected:
//!
//! - `v1|`, `v2 v3|`: over these protocols alone.
//! - `1..50|`: fifty times, with `{n}` and `{n+1}` being the numbers; also `1..2 4..40|`.
//! - `any|`: it begins a line that there may be any number of, none too. So are rows that earlier recordings left behind.
//!
//! Lines that tell of rows of one table to one kind of callback, one after another, may come in any order: it differs from
//! recording to recording, and is compared with the order in the host's message. `#` begins a remark.

use crate::recording::Recording;
use crate::told::Block;

/// A line that is expected.
struct Line {
    text: String,
    is_any: bool,
}

/// Compares what was told of a recording with what is expected. Gives the differences, readably; nothing when there are none.
pub fn differences(expected: &str, recording: &Recording, told: &[Block]) -> String {
    let expected = blocks(expected.lines().flat_map(|line| lines(line, &recording.protocol)));
    let (mut report, mut title) = (String::new(), String::new());
    for i in 0..expected.len().max(told.len()) {
        let expected = expected.get(i).map_or(&[][..], |lines| lines);
        let told = told.get(i).map_or(&[][..], |block| &block.lines);
        let is_any = |text: &str| expected.iter().any(|line| line.is_any && text.starts_with(&line.text));
        let told = sorted_runs(told.iter().map(|line| &*line.text).filter(|text| !is_any(text)).collect());
        let expected = sorted_runs(expected.iter().filter(|line| !line.is_any).map(|line| &*line.text).collect());
        title = expected.iter().find(|line| line.starts_with('>')).map_or(title, |line| line.to_string());
        if expected != told {
            report += &format!("\n{}: {title}: - is expected, + is told\n", recording.name);
            report += &difference(&expected, &told);
        }
    }
    report
}

/// The lines that a line of the text stands for.
fn lines(line: &str, protocol: &str) -> Vec<Line> {
    let (marks, text) = match line.split_once('|') {
        Some((marks, text)) if marks.split(' ').all(is_mark) => (marks, text.strip_prefix(' ').unwrap_or(text)),
        _ => ("", line),
    };
    let marks: Vec<&str> = marks.split(' ').filter(|mark| !mark.is_empty()).collect();
    let protocols: Vec<_> = marks.iter().filter(|mark| is_protocol(mark)).collect();
    let is_elsewhere = !protocols.is_empty() && !protocols.contains(&&protocol);
    if text.is_empty() || text.starts_with('#') || is_elsewhere {
        return Vec::new();
    }
    let line = |text| Line { text, is_any: marks.contains(&"any") };
    let mut ranges = marks.iter().filter_map(|mark| range(mark)).peekable();
    match ranges.peek() {
        Some(_) => ranges.flatten().map(|n| line(with_number(text, n))).collect(),
        None => vec![line(text.to_owned())],
    }
}

fn is_mark(mark: &str) -> bool {
    mark == "any" || is_protocol(mark) || range(mark).is_some()
}

fn is_protocol(mark: &str) -> bool {
    ["v1", "v2", "v3"].contains(&mark)
}

fn range(mark: &str) -> Option<std::ops::RangeInclusive<u64>> {
    let (first, last) = mark.split_once("..")?;
    Some(first.parse().ok()?..=last.parse().ok()?)
}

fn with_number(text: &str, n: u64) -> String {
    (0..10).fold(text.replace("{n}", &n.to_string()), |text, more| {
        text.replace(&format!("{{n+{more}}}"), &(n + more).to_string())
    })
}

/// Blocks that end with what the cache has, and what follows the last one.
fn blocks(lines: impl Iterator<Item = Line>) -> Vec<Vec<Line>> {
    let mut blocks = vec![Vec::new()];
    for line in lines {
        let ends = line.text.starts_with("cache:");
        blocks.last_mut().expect("there is one").push(line);
        if ends {
            blocks.push(Vec::new());
        }
    }
    blocks
}

/// Sorts each run of lines that tell of rows of one table to one kind of callback.
fn sorted_runs(mut lines: Vec<&str>) -> Vec<&str> {
    let kind = |line: &str| {
        let mut words = line.split(' ');
        let callback = words.next().filter(|word| ["insert", "before_delete", "delete", "update"].contains(word))?;
        Some((callback.to_owned(), words.next().map(str::to_owned)))
    };
    let runs = lines.chunk_by_mut(|a, b| kind(a).is_some() && kind(a) == kind(b));
    runs.for_each(|run| run.sort_unstable());
    lines
}

/// What differs, from the first line that does to the last.
fn difference(expected: &[&str], told: &[&str]) -> String {
    const SHOWN: usize = 30;
    let same = |a: &mut dyn Iterator<Item = (&&str, &&str)>| a.take_while(|(a, b)| a == b).count();
    let before = same(&mut expected.iter().zip(told));
    let shorter = expected.len().min(told.len()) - before;
    let after = same(&mut expected.iter().rev().zip(told.iter().rev())).min(shorter);
    let mut report = String::new();
    for (sign, lines) in [('-', expected), ('+', told)] {
        let lines = &lines[before..lines.len() - after];
        lines.iter().take(SHOWN).for_each(|line| report += &format!("  {sign} {line}\n"));
        if lines.len() > SHOWN {
            report += &format!("  {sign} ... {} more\n", lines.len() - SHOWN);
        }
    }
    report
}
