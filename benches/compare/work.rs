//! The pieces of work, and the figures that come of each.

use crate::cpus::Placement;
use crate::figure::{Figure, Goal};
use crate::frames::{ACCOUNTS, DELETES, ENTITIES, UPDATES};

pub struct Work {
    /// What the programs call it.
    pub name: &'static str,
    /// Of what the work is about: rows, finds, round trips.
    pub count: u64,
    pub peer: Peer,
    pub placement: Placement,
    pub figures: &'static [Figure],
}

/// Whom libstdb is compared with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// The official Rust SDK.
    Sdk,
    /// A bare WebSocket client.
    Echo,
    /// Python's own sockets and `struct`, or NumPy; ours is the Python package then.
    Python,
    /// Nobody, or the program that uses libstdb itself.
    None,
}

const fn figure(name: &'static str, unit: &'static str, goal: Goal) -> Figure {
    Figure { name, unit, goal }
}

pub const WORKS: &[Work] = &[
    Work {
        name: "subscribe_fixed",
        count: ENTITIES,
        peer: Peer::Sdk,
        placement: Placement::Free,
        figures: &[
            figure("subscribe_fixed", "ns/row", Goal::TimesLess(10.0)),
            figure("memory_per_row", "B/row", Goal::TimesLess(6.0)),
            figure("table_memory_per_row", "B/row", Goal::ToldLess),
        ],
    },
    Work {
        name: "subscribe_strings",
        count: ACCOUNTS,
        peer: Peer::Sdk,
        placement: Placement::Free,
        figures: &[figure("subscribe_strings", "ns/row", Goal::TimesLess(6.0))],
    },
    Work {
        name: "updates",
        count: UPDATES,
        peer: Peer::Sdk,
        placement: Placement::Free,
        figures: &[figure("updates", "tx/s", Goal::TimesMore(6.0))],
    },
    Work {
        name: "find",
        count: 5_000_000,
        peer: Peer::Sdk,
        placement: Placement::Free,
        figures: &[figure("find", "ns", Goal::TimesLess(4.0))],
    },
    Work {
        name: "find_many",
        count: 5_000_000,
        peer: Peer::Sdk,
        placement: Placement::Free,
        figures: &[figure("find_many", "ns", Goal::TimesLess(4.0))],
    },
    Work {
        name: "iterate",
        count: 20,
        peer: Peer::None,
        placement: Placement::Free,
        figures: &[
            figure("iterate_chunks", "ns/row", Goal::Within(1.3)),
            figure("iterate_rows", "ns/row", Goal::Within(4.0)),
        ],
    },
    Work {
        name: "cpp_row",
        count: 20,
        peer: Peer::None,
        placement: Placement::Free,
        figures: &[figure("cpp_row", "ns", Goal::AtMost(5.0))],
    },
    Work {
        name: "round_trip",
        count: 20_000,
        peer: Peer::Echo,
        placement: Placement::Apart,
        figures: &[
            figure("round_trip_median", "us", Goal::Within(1.10)),
            figure("round_trip_p99", "us", Goal::Within(1.25)),
        ],
    },
    Work {
        name: "round_trip_one_cpu",
        count: 20_000,
        peer: Peer::Echo,
        placement: Placement::OneCpu,
        figures: &[
            figure("round_trip_one_cpu_median", "us", Goal::Within(1.10)),
            figure("round_trip_one_cpu_p99", "us", Goal::Within(1.25)),
        ],
    },
    Work {
        name: "idle_tick",
        count: 10_000_000,
        peer: Peer::None,
        placement: Placement::Free,
        figures: &[figure("idle_tick", "ns", Goal::AtMost(20.0))],
    },
    Work {
        name: "idle_connections",
        count: 1_000,
        peer: Peer::None,
        placement: Placement::Free,
        figures: &[
            figure("idle_connections_threads", "threads", Goal::AtMost(3.0)),
            figure("idle_connections_memory", "KiB/connection", Goal::AtMost(40.0)),
        ],
    },
    Work {
        name: "python_batch",
        count: ENTITIES,
        peer: Peer::Python,
        placement: Placement::Free,
        figures: &[
            figure("python_batch", "ns/row", Goal::TimesLess(5.0)),
            figure("python_batch_whole", "ns/row", Goal::ToldLess),
        ],
    },
    Work {
        name: "python_rows",
        count: ENTITIES,
        peer: Peer::Python,
        placement: Placement::Free,
        figures: &[
            figure("python_rows", "ns/row", Goal::ToldLess),
            figure("python_rows_whole", "ns/row", Goal::ToldLess),
        ],
    },
    Work {
        name: "python_numpy",
        count: ENTITIES,
        peer: Peer::Python,
        placement: Placement::Free,
        figures: &[
            figure("python_numpy", "ns/row", Goal::ToldLess),
            figure("python_numpy_whole", "ns/row", Goal::ToldLess),
            figure("python_chunks", "ns/row", Goal::Within(1.3)),
        ],
    },
    Work {
        name: "python_calls",
        count: 20_000,
        peer: Peer::Python,
        placement: Placement::Apart,
        figures: &[figure("python_calls", "calls/s", Goal::ToldMore)],
    },
    Work {
        name: "delete",
        count: DELETES,
        peer: Peer::Sdk,
        placement: Placement::Free,
        figures: &[
            figure("memory_after_delete", "B/row", Goal::ToldLess),
            figure("table_memory_after_delete", "B/row", Goal::ToldLess),
        ],
    },
];

/// The one figure that no work is needed for.
pub const LIBRARY_SIZE: Figure = figure("library_size", "MiB", Goal::AtMost(5.0));
