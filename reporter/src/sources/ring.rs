// SPDX-License-Identifier: Apache-2.0

//! Results of probes: the newest ones in memory, all of them in a file, so that a restart forgets nothing.

use crate::measure::{Count, Window};
use std::{
    collections::VecDeque,
    fs, io,
    io::{BufRead, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

/// The result of one probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// When it began, Unix milliseconds.
    pub at: u64,
    /// Whether it got what it expected.
    pub ok: bool,
}

/// A bounded list of probes in the order of time.
#[derive(Debug)]
pub struct Ring {
    probes: VecDeque<Probe>,
    capacity: usize,
}

impl Ring {
    /// A ring that keeps the newest `capacity` probes.
    pub fn new(capacity: usize) -> Self {
        Self { probes: VecDeque::new(), capacity: capacity.max(1) }
    }

    /// Adds a probe. One that is not newer than the last is left out: the clock was put back, and the order is what
    /// [`Self::within`] relies on.
    pub fn push(&mut self, probe: Probe) -> bool {
        if self.probes.back().is_some_and(|last| last.at >= probe.at) {
            return false;
        }
        if self.probes.len() == self.capacity {
            self.probes.pop_front();
        }
        self.probes.push_back(probe);
        true
    }

    /// The probes that began inside of `window`.
    pub fn within(&self, window: Window) -> impl Iterator<Item = &Probe> {
        let first = self.probes.partition_point(|probe| probe.at < window.start);
        self.probes.iter().skip(first).take_while(move |probe| probe.at < window.end)
    }

    /// How many of them there are, and how many are good.
    pub fn count(&self, window: Window) -> Count {
        let mut count = Count::default();
        self.within(window).for_each(|probe| count.add(probe.ok));
        count
    }
}

/// A file with one line per probe: the time and `1` or `0`.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: fs::File,
    lines: usize,
}

impl Journal {
    /// Reads the probes in the file at `path` into `ring`. Lines that are cut off or damaged are left out.
    pub fn read(path: &Path, ring: &mut Ring) -> io::Result<()> {
        let file = match fs::File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        for line in BufReader::new(file).split(b'\n') {
            if let Some(probe) = parse(&line?) {
                ring.push(probe);
            }
        }
        Ok(())
    }

    /// Reads the probes in the file at `path` into `ring`, and goes on writing there.
    pub fn open(path: &Path, ring: &mut Ring) -> io::Result<Self> {
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory)?;
        }
        Self::read(path, ring)?;
        Self::write(path, ring)
    }

    /// Writes down the newest probe of `ring`.
    pub fn append(&mut self, ring: &Ring) -> io::Result<()> {
        let Some(probe) = ring.probes.back() else { return Ok(()) };
        // Twice as long as need be: time to drop what the ring has dropped.
        if self.lines >= ring.capacity.saturating_mul(2) {
            *self = Self::write(&self.path, ring)?;
            return Ok(());
        }
        self.lines += 1;
        // One write: a crash leaves a whole line or a part of one.
        self.file.write_all(line(probe).as_bytes())
    }

    /// The file at `path`, anew, with what `ring` keeps.
    fn write(path: &Path, ring: &Ring) -> io::Result<Self> {
        let draft = path.with_extension("part");
        let mut writer = BufWriter::new(fs::File::create(&draft)?);
        for probe in &ring.probes {
            writer.write_all(line(probe).as_bytes())?;
        }
        let file = writer.into_inner().map_err(|error| error.into_error())?;
        file.sync_all()?;
        fs::rename(&draft, path)?;
        Ok(Self { path: path.into(), file, lines: ring.probes.len() })
    }
}

fn line(probe: &Probe) -> String {
    format!("{} {}\n", probe.at, u8::from(probe.ok))
}

fn parse(line: &[u8]) -> Option<Probe> {
    let (at, ok) = std::str::from_utf8(line).ok()?.split_once(' ')?;
    let ok = match ok {
        "1" => true,
        "0" => false,
        _ => return None,
    };
    Some(Probe { at: at.parse().ok()?, ok })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probe(at: u64, ok: bool) -> Probe {
        Probe { at, ok }
    }

    #[test]
    fn ring_should_keep_the_newest_in_order() {
        let mut ring = Ring::new(3);
        for at in [10, 20, 30, 40] {
            assert!(ring.push(probe(at, at != 30)));
        }
        assert!(!ring.push(probe(40, true)) && !ring.push(probe(5, true)));
        assert_eq!(ring.count(Window { start: 0, end: 100 }), Count { good: 2, total: 3 });
    }

    #[test]
    fn count_should_be_half_open() {
        let mut ring = Ring::new(9);
        for at in [10, 20, 30] {
            ring.push(probe(at, true));
        }
        assert_eq!(ring.count(Window { start: 10, end: 30 }).total, 2);
        assert_eq!(ring.count(Window { start: 11, end: 31 }).total, 2);
        assert_eq!(ring.count(Window { start: 31, end: 99 }).total, 0);
    }

    #[test]
    fn journal_should_bring_probes_over_a_restart() {
        let path = std::env::temp_dir().join(format!("dsla-journal-{}/p.log", std::process::id()));
        let mut ring = Ring::new(3);
        let mut journal = Journal::open(&path, &mut ring).unwrap();
        for probe in [probe(1, true), probe(2, false), probe(3, true), probe(4, true)] {
            ring.push(probe);
            journal.append(&ring).unwrap();
        }
        // A crash in the middle of a line.
        journal.file.write_all(b"5").unwrap();
        let mut ring = Ring::new(3);
        let mut journal = Journal::open(&path, &mut ring).unwrap();
        assert_eq!(ring.probes, [probe(2, false), probe(3, true), probe(4, true)]);
        ring.push(probe(6, true));
        journal.append(&ring).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "2 0\n3 1\n4 1\n6 1\n");
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }

    #[test]
    fn journal_should_not_grow_for_ever() {
        let path = std::env::temp_dir().join(format!("dsla-journal-long-{}/p.log", std::process::id()));
        let mut ring = Ring::new(2);
        let mut journal = Journal::open(&path, &mut ring).unwrap();
        for at in 1..=100 {
            ring.push(probe(at, true));
            journal.append(&ring).unwrap();
            assert!(fs::read_to_string(&path).unwrap().lines().count() <= 4);
        }
        let mut again = Ring::new(2);
        Journal::open(&path, &mut again).unwrap();
        assert_eq!(again.probes, ring.probes);
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }
}
