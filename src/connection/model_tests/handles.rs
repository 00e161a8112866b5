//! The model of subscription handles over v2 and v3: which query sets each has, and what its callbacks are told.

use std::collections::{BTreeMap, BTreeSet};

use super::model::Effect;

/// The handles by number. A handle's query sets are its versions: 0, and one for each replacement.
#[derive(Default)]
pub struct Handles {
    all: Vec<Handle>,
    /// Handle and version by the number of the query set, as far as the host was asked for it.
    sets: BTreeMap<u32, (usize, u32)>,
}

/// A subscription.
struct Handle {
    phase: Phase,
    /// The version that is live, or was asked for first.
    live: u32,
    /// The version that was asked for, and will replace the live one.
    replacement: Option<u32>,
    /// The version that waits until that is done.
    next: Option<u32>,
    /// How many versions there were.
    versions: u32,
}

/// How far a subscription has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Asked,
    Applied,
    /// To be given up as soon as the host has answered.
    Unwanted,
    Leaving,
    Ended,
}

impl Handles {
    /// Adds a handle.
    pub fn subscribe(&mut self) -> usize {
        let (replacement, next) = Default::default();
        self.all.push(Handle { phase: Phase::Asked, live: 0, replacement, next, versions: 1 });
        self.all.len() - 1
    }

    /// The handle gets other queries. Returns their version.
    pub fn replace(&mut self, handle: usize) -> u32 {
        let handle = &mut self.all[handle];
        let version = handle.versions;
        handle.versions += 1;
        handle.next = Some(version);
        handle.begin_replacement();
        version
    }

    /// The handle is given up.
    pub fn unsubscribe(&mut self, handle: usize) {
        let handle = &mut self.all[handle];
        let is_busy = handle.phase == Phase::Asked || handle.replacement.is_some();
        handle.phase = if is_busy { Phase::Unwanted } else { Phase::Leaving };
    }

    pub fn phase(&self, handle: usize) -> Phase {
        self.all[handle].phase
    }

    /// The number of the query set that is a handle's live one, if the host was asked for it.
    pub fn live_set(&self, handle: usize) -> Option<u32> {
        self.set_of(handle, self.all[handle].live)
    }

    /// The host was asked for a query set. Nothing counts that it will say of one whose handle has ended.
    pub fn asked(&mut self, set: u32, handle: usize, version: u32, ignored: &mut BTreeSet<u32>) {
        self.sets.insert(set, (handle, version));
        if self.all[handle].phase == Phase::Ended {
            ignored.insert(set);
        }
    }

    /// The host has applied a query set.
    pub fn applied(&mut self, set: u32, ignored: &mut BTreeSet<u32>) -> Effect {
        let mut effect = Effect { is_transaction: true, ..Effect::default() };
        if ignored.contains(&set) {
            return effect;
        }
        let (number, version) = self.sets[&set];
        let live = self.live_set(number);
        let handle = &mut self.all[number];
        if handle.replacement == Some(version) {
            (handle.live, handle.replacement) = (version, None);
            ignored.extend(live);
            effect.ended = live;
        }
        if handle.phase == Phase::Unwanted {
            handle.phase = Phase::Leaving;
        } else {
            handle.phase = Phase::Applied;
            effect.completions.push(format!("applied {number}.{version}"));
            handle.begin_replacement();
        }
        effect
    }

    /// The host has ended a query set as it was told.
    pub fn ended(&mut self, set: u32, ignored: &mut BTreeSet<u32>) -> Effect {
        let mut effect = Effect { is_transaction: true, ..Effect::default() };
        if !ignored.remove(&set) {
            let (number, _) = self.sets[&set];
            assert_eq!(self.all[number].phase, Phase::Leaving);
            self.all[number].phase = Phase::Ended;
            effect.completions.push(format!("unsubscribed {number}"));
            effect.ended = Some(set);
        }
        effect
    }

    /// The host has refused a query set, or ended it. `is_live` says whether it was applied.
    pub fn failed(&mut self, set: u32, is_live: bool, ignored: &mut BTreeSet<u32>) -> Effect {
        let mut effect = Effect::default();
        if ignored.remove(&set) {
            return effect;
        }
        let (number, version) = self.sets[&set];
        let handle = &mut self.all[number];
        if handle.replacement == Some(version) {
            handle.replacement = None;
            effect.completions.push(format!("failed {number}.{version}"));
            if handle.phase == Phase::Unwanted {
                handle.phase = Phase::Leaving;
            }
            handle.begin_replacement();
            return effect;
        }
        handle.phase = Phase::Ended;
        // What was to replace it is not wanted any more.
        let orphan = handle.replacement.take();
        ignored.extend(orphan.and_then(|version| self.set_of(number, version)));
        let ended = is_live.then_some(set);
        Effect { completions: vec![format!("failed {number}.0")], ended, is_transaction: is_live, ..effect }
    }

    fn set_of(&self, handle: usize, version: u32) -> Option<u32> {
        self.sets.iter().find(|(_, of)| **of == (handle, version)).map(|(set, _)| *set)
    }
}

impl Handle {
    fn begin_replacement(&mut self) {
        if self.phase == Phase::Applied && self.replacement.is_none() {
            self.replacement = self.next.take();
        }
    }
}
