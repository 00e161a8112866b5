//! What a host can be told in words.

use crate::EmbeddedHost;

impl EmbeddedHost {
    /// Does what a line of text says; whether it is a command.
    ///
    /// | command | what it does |
    /// | --- | --- |
    /// | `close CODE` | closes every WebSocket |
    /// | `cut` | drops every connection |
    /// | `cut-after BYTES` | drops each WebSocket that is open once it has sent so much more |
    /// | `cut-next-after BYTES` | drops the next WebSocket once it has sent so much after its handshake |
    /// | `refuse`, `accept` | drops every connection and refuses new ones, until they are accepted again |
    /// | `fail DATABASE SET ERROR` | ends the live query sets of this id with an error |
    pub fn follow(&self, line: &str) -> bool {
        self.try_follow(line.trim()).is_some()
    }

    fn try_follow(&self, line: &str) -> Option<()> {
        match line.split_once(' ') {
            Some(("close", code)) => self.disconnect_all(code.parse().ok()?),
            Some(("cut-after", bytes)) => self.cut_after(bytes.parse().ok()?),
            Some(("cut-next-after", bytes)) => self.cut_next_after(bytes.parse().ok()?),
            Some(("fail", rest)) => {
                let (database, rest) = rest.split_once(' ')?;
                let (set, error) = rest.split_once(' ')?;
                self.fail_subscriptions(database, set.parse().ok()?, error);
            }
            Some(_) => return None,
            None => match line {
                "cut" => self.cut_all(),
                "refuse" => self.refuse(),
                "accept" => self.accept(),
                _ => return None,
            },
        }
        Some(())
    }
}
