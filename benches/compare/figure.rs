//! A figure: what is measured, what it must reach, and its line.

use std::fmt;

pub struct Figure {
    pub name: &'static str,
    pub unit: &'static str,
    pub goal: Goal,
}

/// What a figure must reach.
#[derive(Clone, Copy)]
pub enum Goal {
    /// So many times less than the peer's.
    TimesLess(f64),
    /// So many times more than the peer's.
    TimesMore(f64),
    /// At most so many times the peer's.
    Within(f64),
    /// At most this, whatever others reach.
    AtMost(f64),
    /// Nothing: it is told for orientation. The less the better.
    ToldLess,
    /// The same. The more the better.
    ToldMore,
}

impl Figure {
    /// The line for the medians of both sides.
    pub fn line(&self, ours: f64, peer: Option<f64>) -> String {
        let Self { name, unit, goal } = self;
        let value = |value| format!("{} {unit}", Short(value));
        let ratio = peer.and_then(|peer| goal.ratio(ours, peer));
        let met = match (goal, ratio) {
            (Goal::AtMost(most), _) => Some(ours <= *most),
            (Goal::TimesLess(least) | Goal::TimesMore(least), Some(ratio)) => Some(ratio >= *least),
            (Goal::Within(most), Some(ratio)) => Some(ratio <= *most),
            _ => None,
        };
        let goal = match goal {
            Goal::TimesLess(least) | Goal::TimesMore(least) => format!(">={}", Short(*least)),
            Goal::Within(most) => format!("<={}", Short(*most)),
            Goal::AtMost(most) => format!("<={}", value(*most)),
            Goal::ToldLess | Goal::ToldMore => "-".into(),
        };
        let met = met.map_or("-", |met| if met { "met" } else { "short" });
        let peer = peer.map_or("-".into(), value);
        let ratio = ratio.map_or("-".into(), |ratio| Short(ratio).to_string());
        format!("figure {name} ours {} peer {peer} ratio {ratio} goal {goal} {met}", value(ours))
    }
}

impl Goal {
    /// The two sides compared, in the goal's own sense.
    fn ratio(self, ours: f64, peer: f64) -> Option<f64> {
        match self {
            Self::TimesLess(_) | Self::ToldLess => Some(peer / ours),
            Self::TimesMore(_) | Self::Within(_) | Self::ToldMore => Some(ours / peer),
            Self::AtMost(_) => None,
        }
    }
}

/// A number with as many digits as say something.
struct Short(f64);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = match self.0.abs() {
            size if size.fract() == 0.0 || size >= 100.0 => 0,
            size if size >= 10.0 => 1,
            _ => 2,
        };
        write!(f, "{:.digits$}", self.0)
    }
}

/// The middle one, or the mean of the two in the middle.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        len if len % 2 == 0 => Some((sorted[middle - 1] + sorted[middle]) / 2.0),
        _ => Some(sorted[middle]),
    }
}
