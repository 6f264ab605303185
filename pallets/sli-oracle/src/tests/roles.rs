// SPDX-License-Identifier: Apache-2.0

//! Every call, by every role, in every state of a round. The tables are in the README; `BLESS=1` writes them.

use super::*;

/// The round whose state is varied. Period 0 is over: its reporters have rewards.
const NEXT: RoundId = RoundId { agreement: AGREEMENT, period: 1 };
const NEXT_ENDED: Moment = ENDED + PERIOD;
/// A reporter without a seat.
const EVE: AccountId = ALICE + 4;
const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
const BEGIN: &str = "<!-- states: begin, written by a test -->\n";
const END: &str = "<!-- states: end -->\n";

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    BeforeEnd,
    /// Reports are taken.
    Open,
    Closed,
    Final,
    SealedBeforeEnd,
    /// Commitments are taken.
    SealedCommit,
    /// All but the stranger and the one without a seat have committed.
    SealedReveal,
    SealedClosed,
    SealedFinal,
}

use State::*;

const STATES: [(State, &str); 9] = [
    (BeforeEnd, "open: period runs"),
    (Open, "open: window"),
    (Closed, "open: closed"),
    (Final, "open: final"),
    (SealedBeforeEnd, "sealed: period runs"),
    (SealedCommit, "sealed: commit"),
    (SealedReveal, "sealed: reveal"),
    (SealedClosed, "sealed: closed"),
    (SealedFinal, "sealed: final"),
];

const ROLES: [(AccountId, &str); 4] = [
    (ALICE, "member of the committee"),
    (EVE, "reporter without a seat"),
    (DAVE, "member that has left"),
    (STRANGER, "stranger"),
];

const ROUND_CALLS: [&str; 3] = ["submit", "commit", "reveal"];
const OTHER_CALLS: [&str; 9] = [
    "register_reporter",
    "bond_extra",
    "update_reporter",
    "leave",
    "withdraw_bond",
    "claim_rewards",
    "claim_rewards_for",
    "rejoin",
    "give_up_seat",
];

fn set_up(state: State) {
    let sealed = matches!(state, SealedBeforeEnd | SealedCommit | SealedReveal | SealedClosed | SealedFinal);
    register(&COMMITTEE);
    register(&[EVE]);
    round_of(ROUND, &COMMITTEE);
    assert_ok!(reward(ROUND, 400));
    if sealed {
        Agreements::change(AGREEMENT, |agreement| {
            agreement.terms.insert(1, sealed_terms(&COMMITTEE, QUORUM));
        });
    }
    Clock::set(NEXT_ENDED);
    let done = latency(NEXT, 100);
    match state {
        Closed | Final => [BOB, CHARLIE, DAVE].iter().for_each(|who| {
            assert_ok!(submit(*who, std::slice::from_ref(&done)));
        }),
        SealedReveal | SealedClosed | SealedFinal => COMMITTEE.iter().for_each(|who| {
            assert_ok!(commit_to(*who, std::slice::from_ref(&done)));
        }),
        BeforeEnd | Open | SealedBeforeEnd | SealedCommit => {}
    }
    let now = match state {
        BeforeEnd | SealedBeforeEnd => NEXT_ENDED - 1,
        Open | SealedCommit => NEXT_ENDED,
        Closed | SealedReveal => NEXT_ENDED + WINDOW,
        SealedClosed => NEXT_ENDED + WINDOW + REVEAL,
        Final | SealedFinal => NEXT_ENDED + 3 * WINDOW,
    };
    Clock::set(now);
    assert_ok!(SliOracle::leave(signed(DAVE)));
    if matches!(state, Final | SealedFinal) {
        finish_at(NEXT, now);
        Agreements::change(AGREEMENT, |agreement| agreement.info.finalized = 2);
    }
}

fn call(name: &str, who: AccountId) -> Result<(), DispatchError> {
    let report = latency(NEXT, 100);
    let free = |result: DispatchResultWithPostInfo| result.map(|_| ()).map_err(|refused| refused.error);
    match name {
        "register_reporter" => SliOracle::register_reporter(signed(who), MIN_BOND, uri("")),
        "bond_extra" => SliOracle::bond_extra(signed(who), 1),
        "update_reporter" => SliOracle::update_reporter(signed(who), uri("")),
        "leave" => SliOracle::leave(signed(who)),
        "withdraw_bond" => SliOracle::withdraw_bond(signed(who)),
        "submit" => free(submit(who, &[report])),
        "claim_rewards" => SliOracle::claim_rewards(signed(who), AGREEMENT),
        "claim_rewards_for" => SliOracle::claim_rewards_for(signed(who), AGREEMENT, BOB),
        "commit" => free(commit_to(who, &[report])),
        "reveal" => free(reveal(who, &[report])),
        "rejoin" => SliOracle::rejoin(signed(who)),
        "give_up_seat" => SliOracle::give_up_seat(signed(who), AGREEMENT),
        other => panic!("no such call: {other}"),
    }
}

/// What becomes of a call, for the table.
fn cell(name: &str, who: AccountId, state: State) -> String {
    let mut cell = String::new();
    build_and_execute(|| {
        set_up(state);
        // A call that is refused leaves no trace.
        let before = sp_io::storage::root(sp_runtime::StateVersion::V1);
        let result = call(name, who);
        let after = sp_io::storage::root(sp_runtime::StateVersion::V1);
        assert_eq!(result.is_err(), before == after, "{name} by {who} when {state:?}");
        cell = match result {
            Ok(()) => "**taken**".into(),
            Err(DispatchError::Module(error)) => error.message.unwrap().into(),
            Err(other) => panic!("{name} by {who} when {state:?}: {other:?}"),
        };
    });
    cell
}

fn row(cells: impl IntoIterator<Item = String>) -> String {
    format!("| {} |\n", cells.into_iter().collect::<Vec<_>>().join(" | "))
}

fn head(cells: &[String]) -> String {
    row(cells.iter().cloned()) + &format!("|{}\n", "---|".repeat(cells.len()))
}

fn tables() -> String {
    let mut text =
        head(&["call".into(), "by".into()].into_iter().chain(STATES.map(|(_, name)| name.into())).collect::<Vec<_>>());
    for name in ROUND_CALLS {
        for (who, role) in ROLES {
            let cells = STATES.map(|(state, _)| cell(name, who, state));
            text += &row([format!("`{name}`"), role.into()].into_iter().chain(cells));
        }
    }
    text += "\nThe state of a round is of no matter for the other calls:\n\n";
    text += &head(&["call".into()].into_iter().chain(ROLES.map(|(_, role)| role.into())).collect::<Vec<_>>());
    for name in OTHER_CALLS {
        let cells = ROLES.map(|(who, role)| {
            let mut cells = STATES.map(|(state, _)| cell(name, who, state)).to_vec();
            cells.dedup();
            assert_eq!(cells.len(), 1, "{name} by {role} depends on the state of the round");
            cells.remove(0)
        });
        text += &row([format!("`{name}`")].into_iter().chain(cells));
    }
    text
}

#[test]
fn the_readme_should_say_what_every_call_does_in_every_state() {
    use frame_support::traits::GetCallName;
    let mut calls = [ROUND_CALLS.as_slice(), OTHER_CALLS.as_slice()].concat();
    let mut all = crate::Call::<Test>::get_call_names().to_vec();
    calls.sort_unstable();
    all.sort_unstable();
    assert_eq!(calls, all, "the tables have every call");

    let readme = std::fs::read_to_string(README).unwrap();
    let (before, rest) = readme.split_once(BEGIN).expect("the README has the begin of the tables");
    let (written, after) = rest.split_once(END).expect("the README has the end of the tables");
    let expected = format!("\n{}\n", tables());
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(README, [before, BEGIN, &expected, END, after].concat()).unwrap();
    } else {
        assert_eq!(written, expected, "run the test with BLESS=1 and read what has changed");
    }
}
