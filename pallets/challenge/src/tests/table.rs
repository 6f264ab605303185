// SPDX-License-Identifier: Apache-2.0

//! Every stage × call × role: played through, and compared with the table in the README.
//!
//! `BLESS=1 cargo test -p pallet-challenge` writes the table anew.

use super::*;
use frame_support::storage::with_storage_layer;

const BEGIN: &str = "<!-- table: begin -->\n";
const END: &str = "<!-- table: end -->\n";

/// Leads to a stage.
type Prepare = fn();
/// A stage, whether its time is over, and how to get there. Alice has claim 1, Bob claim 2; panels decide for Alice.
const STAGES: [(&str, bool, Prepare); 14] = [
    ("no challenge", false, || {}),
    ("no challenge", true, || Now::set(UNTIL)),
    ("Collecting", false, claimed),
    ("Collecting", true, || over(claimed)),
    ("Drawing", false, drawing),
    ("Drawing", true, || over(drawing)),
    ("Voting", false, voting),
    ("Voting", true, || over(voting)),
    ("Revealing", false, revealing),
    ("Revealing", true, || over(revealing)),
    ("Appealable", false, appealable),
    ("Appealable", true, || over(appealable)),
    ("Arbitration", false, tied),
    ("Arbitration", true, || over(tied)),
];

fn over(prepare: Prepare) {
    prepare();
    Now::set(stored().stage.until());
}

fn drawing() {
    claimed();
    pass();
}

fn voting() {
    claimed();
    drawn();
}

/// Everybody on the panel but the last member has committed to claim 1.
fn revealing() {
    voting();
    for voter in &panel()[..4] {
        assert_ok!(commit(*voter, 1));
    }
    pass();
}

fn appealable() {
    decided(&[1; 5]);
}

fn ruled() {
    tied();
    assert_ok!(arbitrate(1));
}

/// Who calls. The member of the panel is any reporter while there is no panel.
fn roles() -> [(&'static str, RuntimeOrigin); 8] {
    let member = Challenges::<Test>::get(ROUND).and_then(|c| c.panel.first().map(|seat| seat.member)).unwrap_or(100);
    [
        ("provider", signed(PROVIDER)),
        ("claimant 1", signed(ALICE)),
        ("claimant 2", signed(BOB)),
        ("customer", signed(CHARLIE)),
        ("committee", signed(MEASURER)),
        ("panel", signed(member)),
        ("stranger", signed(STRANGER)),
        ("arbiter", RuntimeOrigin::root()),
    ]
}

const CALLS: [&str; 6] = ["challenge", "commit_vote", "reveal_vote", "appeal", "arbitrate", "advance"];

fn call(name: &str, origin: RuntimeOrigin) -> DispatchResult {
    let member = match origin.clone().into() {
        Ok(frame_system::RawOrigin::Signed(who)) => who,
        _ => 0,
    };
    let result = match name {
        "challenge" => return Challenging::challenge(origin, ROUND, indicators(123, 4)),
        "commit_vote" => Challenging::commit_vote(origin, ROUND, H256::zero()),
        "reveal_vote" => Challenging::reveal_vote(origin, ROUND, 1, salt(member)),
        "appeal" => return Challenging::appeal(origin, ROUND),
        "arbitrate" => return Challenging::arbitrate(origin, ROUND, 1),
        "advance" => Challenging::advance(origin, ROUND),
        other => panic!("no such call: {other}"),
    };
    result.map(|_| ()).map_err(|failure| failure.error)
}

/// What comes of a call. One that is taken has one event; one that is refused has no effect.
fn outcome(name: &str, origin: RuntimeOrigin) -> String {
    let root = || sp_io::storage::root(sp_runtime::StateVersion::V1);
    let (before, events_before) = (root(), events().len());
    match with_storage_layer(|| call(name, origin)) {
        Ok(()) => {
            assert_eq!(events().len(), events_before + 1, "{name} has one event");
            "ok".into()
        }
        Err(error) => {
            assert_eq!(root(), before, "{name} failed and changed something");
            match error {
                DispatchError::Module(module) => module.message.unwrap().into(),
                other => format!("{other:?}"),
            }
        }
    }
}

/// The rows of a stage.
fn rows(stage: &str, prepare: Prepare) -> String {
    let mut rows = String::new();
    for name in CALLS {
        let cells = (0..role_names().len()).map(|index| {
            let mut cell = String::new();
            build_and_execute(|| {
                prepare();
                let (_, origin) = roles()[index].clone();
                cell = outcome(name, origin);
            });
            cell
        });
        rows.push_str(&format!("| {stage} | `{name}` | {} |\n", cells.collect::<Vec<_>>().join(" | ")));
    }
    rows
}

#[test]
fn every_call_in_every_stage_by_every_role_should_follow_the_table() {
    let names = role_names().join(" | ");
    let mut table = format!("| stage | call | {names} |\n|{}\n", "---|".repeat(10));
    for (stage, over, prepare) in STAGES {
        let stage = if over { format!("{stage}, over") } else { stage.to_string() };
        table.push_str(&rows(&stage, prepare));
    }
    table.push_str(&rows("ruled", ruled));

    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let (head, rest) = readme.split_once(BEGIN).unwrap();
    let (written, tail) = rest.split_once(END).unwrap();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, format!("{head}{BEGIN}{table}{END}{tail}")).unwrap();
    } else {
        assert_eq!(
            written, table,
            "the table in the README is out of date: run the test with BLESS=1 and read the diff"
        );
    }
}

fn role_names() -> Vec<&'static str> {
    let mut names = Vec::new();
    new_test_ext().execute_with(|| names = roles().map(|(name, _)| name).to_vec());
    names
}
