//! What the C program was told, message by message.

use std::collections::BTreeMap;

/// A line, and the hashes of the rows in it.
#[derive(Debug)]
pub struct Line {
    /// Without what differs from recording to recording: the hashes, and how many rows are of earlier recordings.
    pub text: String,
    hashes: Vec<u64>,
}

/// All that was told of a message, from the request before it to what the cache has after it.
pub struct Block {
    pub lines: Vec<Line>,
    /// Of each table with rows: how many, and the sum of their hashes.
    pub cache: BTreeMap<String, (usize, u64)>,
}

/// The rows of one table, by callback, as hashes.
#[derive(Debug, Default)]
pub struct Rows {
    pub inserted: Vec<u64>,
    pub before_delete: Vec<u64>,
    pub deleted: Vec<u64>,
    pub outdated: Vec<u64>,
    pub updated: Vec<u64>,
}

/// Takes the output apart. What follows the last message is a block without a cache.
pub fn blocks(output: &str) -> Vec<Block> {
    let (mut blocks, mut lines) = (Vec::new(), Vec::new());
    for line in output.lines() {
        match line.strip_prefix("cache:") {
            Some(tables) => {
                let (cache, text) = cache(tables);
                lines.push(Line { text, hashes: Vec::new() });
                blocks.push(Block { lines: std::mem::take(&mut lines), cache });
            }
            None => lines.push(self::line(line)),
        }
    }
    blocks.push(Block { lines, cache: BTreeMap::new() });
    blocks
}

impl Block {
    /// The rows that callbacks were told of, table by table.
    pub fn rows(&self) -> BTreeMap<String, Rows> {
        let mut tables: BTreeMap<String, Rows> = BTreeMap::new();
        for Line { text, hashes } in &self.lines {
            let mut words = text.split(' ');
            let (Some(callback), Some(table), false) = (words.next(), words.next(), hashes.is_empty()) else {
                continue;
            };
            let rows = tables.entry(table.into()).or_default();
            match callback {
                "insert" => rows.inserted.extend(hashes),
                "before_delete" => rows.before_delete.extend(hashes),
                "delete" => rows.deleted.extend(hashes),
                "update" => {
                    rows.outdated.push(hashes[0]);
                    rows.updated.push(hashes[1]);
                }
                other => panic!("`{other}` tells of no rows: {text}"),
            }
        }
        tables
    }
}

fn line(line: &str) -> Line {
    let (mut text, mut hashes) = (Vec::new(), Vec::new());
    for word in line.split(' ') {
        match hash(word) {
            Some(hash) => hashes.push(hash),
            None if earlier(word).is_some() => {}
            None => text.push(word),
        }
    }
    Line { text: text.join(" "), hashes }
}

/// The tables of a line such as ` entity 50 #0123456789abcdef user 1 (+16) #0123456789abcdef`, and its text without those
/// of which all rows are of earlier recordings.
fn cache(tables: &str) -> (BTreeMap<String, (usize, u64)>, String) {
    let (mut cache, mut text) = (BTreeMap::new(), String::from("cache:"));
    let mut words = tables.split_whitespace().peekable();
    while let (Some(name), Some(count)) = (words.next(), words.next()) {
        let count: usize = count.parse().unwrap();
        let earlier = words.next_if(|word| hash(word).is_none()).map_or(0, |word| earlier(word).unwrap());
        cache.insert(name.to_owned(), (count + earlier, words.next().and_then(hash).unwrap()));
        if count > 0 {
            text += &format!(" {name} {count}");
        }
    }
    (cache, text)
}

fn hash(word: &str) -> Option<u64> {
    word.strip_prefix('#').filter(|digits| digits.len() == 16).and_then(|digits| u64::from_str_radix(digits, 16).ok())
}

fn earlier(word: &str) -> Option<usize> {
    word.strip_prefix("(+")?.strip_suffix(')')?.parse().ok()
}
