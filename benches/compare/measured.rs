//! What the programs printed.

use std::collections::BTreeMap;

use crate::Result;

/// All values of one piece of work, by figure.
#[derive(Default)]
pub struct Measured {
    ours: BTreeMap<String, Vec<f64>>,
    peer: BTreeMap<String, Vec<f64>>,
    checks: BTreeMap<String, u64>,
}

impl Measured {
    /// Takes the lines of a run. What both sides count must be the same, in every round.
    pub fn take(&mut self, printed: &str) -> Result<()> {
        for line in printed.lines() {
            let mut words = line.split(' ');
            let (Some(kind), Some(name), Some(value)) = (words.next(), words.next(), words.next()) else {
                return Err(format!("this is not a measurement: {line}").into());
            };
            match kind {
                "ours" => self.ours.entry(name.into()).or_default().push(value.parse()?),
                "peer" => self.peer.entry(name.into()).or_default().push(value.parse()?),
                _ => {
                    let value = value.parse()?;
                    let first = *self.checks.entry(name.into()).or_insert(value);
                    if first != value {
                        return Err(format!("{name} was {first} in one run and {value} in another").into());
                    }
                }
            }
        }
        Ok(())
    }

    pub fn ours(&self, figure: &str) -> &[f64] {
        self.ours.get(figure).map_or(&[], Vec::as_slice)
    }

    pub fn peer(&self, figure: &str) -> &[f64] {
        self.peer.get(figure).map_or(&[], Vec::as_slice)
    }
}
