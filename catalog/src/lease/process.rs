//! The process behind a claim, so that one started again on the same machine need not wait for a claim whose
//! owner was killed.

use serde::{Deserialize, Serialize};

/// A process as others of the same machine can find it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Process {
    /// The machine since it was started, and which of its process numberings (a container has its own).
    machine: String,
    pid: u32,
    /// When it was started, in the machine's own count: a number may be given to another process later.
    started: String,
}

impl Process {
    /// This process; `None` where the system does not tell, and then claims run out by time alone.
    pub(super) fn this() -> Option<Self> {
        let pid = std::process::id();
        Some(Self { machine: machine()?, pid, started: started(pid)? })
    }

    /// Whether it is known to have ended.
    pub(super) fn is_gone(&self) -> bool {
        machine().is_some_and(|machine| machine == self.machine)
            && started(self.pid).is_none_or(|started| started != self.started)
    }
}

fn machine() -> Option<String> {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let numbering = std::fs::read_link("/proc/self/ns/pid").ok()?;
    Some(format!("{} {}", boot.trim(), numbering.display()))
}

/// The start of a process, which is the twenty-second field of its line; the second is a name in parentheses that
/// may itself contain anything.
fn started(pid: u32) -> Option<String> {
    let line = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = line.rsplit_once(')')?;
    fields.split_whitespace().nth(22 - 3).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_not_gone_and_one_with_another_start_is() {
        let Some(this) = Process::this() else { return };
        assert!(!this.is_gone());
        assert!(Process { started: "1".into(), ..this.clone() }.is_gone());
        assert!(!Process { machine: "another".into(), started: "1".into(), ..this }.is_gone());
    }
}
