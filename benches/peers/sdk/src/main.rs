//! What `benches/client.c` does, with the official Rust SDK.
//!
//! `stdb-bench-sdk WORK URI COUNT` does one piece of work and prints what it measured, a line each: `peer NAME VALUE`
//! for a figure, `check NAME VALUE` for what libstdb's side must print as well.

include!(concat!(env!("OUT_DIR"), "/bindings/include.rs"));
mod process;
mod tally;
mod works;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [work, uri, count] = arguments.as_slice() else { panic!("usage: stdb-bench-sdk WORK URI COUNT") };
    let count = count.parse().expect("COUNT is a number");
    match work.as_str() {
        "subscribe_fixed" => works::subscribe_fixed(uri),
        "subscribe_strings" => works::subscribe_strings(uri),
        "updates" => works::updates(uri, count),
        "find" | "find_many" => works::find(uri, count, work),
        "delete" => works::delete(uri, count),
        other => panic!("no work is named {other}"),
    }
}
