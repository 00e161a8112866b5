//! The memory of this process.

use std::fs;
use std::thread;
use std::time::Duration;

/// The resident memory in bytes, once it has been the same for a while: other threads may still be giving some back.
pub fn settled_memory() -> u64 {
    let (mut last, mut same) = (resident_memory(), 0);
    for _ in 0..100 {
        thread::sleep(Duration::from_millis(20));
        let now = resident_memory();
        same = if now == last { same + 1 } else { 0 };
        last = now;
        if same == 5 {
            break;
        }
    }
    last
}

fn resident_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("this is Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("Linux tells it");
    let kib: u64 = line.trim().trim_end_matches(" kB").parse().expect("it is a number");
    kib * 1024
}
