// SPDX-License-Identifier: Apache-2.0

//! Every call by everybody in every state of an agreement. The table of expectations is the one in the README; run with
//! `BLESS=1` to write it there.

use super::*;
use crate::{Call, Pools, MAX_CLAIMS};
use codec::Encode;
use frame_support::traits::{GetCallName, UnfilteredDispatchable};
use sp_runtime::ModuleError;

const STATES: [&str; 7] = ["Draft", "Open", "Active", "Active, end decided", "Completed", "Terminated", "paid out"];
const ROLES: [&str; 8] =
    ["provider", "staff", "customer", "backer", "backer under notice", "stranger", "governance", "nobody"];

const STAFF: AccountId = BOB;
const CUSTOMER: AccountId = ALICE;
const BACKER: AccountId = CAROL;
const LEAVING: AccountId = SETTLER;
const STRANGER: AccountId = REPORTER;

const YES: &str = "yes";
const STATE: &str = "WrongState";
const AUTH: &str = "NotAuthorized";
const GONE: &str = "PoolNotFound";
const NOTHING: &str = "NothingToClaim";
const NONE: &str = "BackingNotFound";
const POSITION: &str = "PositionNotFound";
const SHARES: &str = "InsufficientShares";
const NOTICE: &str = "NoticeNeeded";
/// Who earns while the agreement runs, and who does not before it ends.
const EARNERS: &[&str] = &["provider", "staff", "customer"];
const BACKERS: &[&str] = &["backer", "backer under notice"];
const OTHERS: &[&str] = &["staff", "customer", "backer", "backer under notice", "stranger"];
const ALL: &[&str] = &["provider", "staff", "customer", "backer", "backer under notice", "stranger"];
const NO_CUSTOMER: &[&str] = &["provider", "staff", "backer", "backer under notice", "stranger"];
const NO_LEDGER: &[&str] = &["provider", "stranger"];
const EVERY_CALL: &str = "every call";

/// What only the provider does: everybody else gets this.
const PROVIDERS: [&str; 7] = [AUTH, AUTH, AUTH, AUTH, AUTH, AUTH, GONE];
const RUNNING: [&str; 7] = [STATE, YES, YES, YES, STATE, STATE, GONE];
const UNTIL_THE_END: [&str; 7] = [YES, YES, YES, YES, STATE, STATE, GONE];

/// What a call comes to that nobody can make once the agreement has ended.
const fn before_the_end(draft: &'static str, open: &'static str, active: &'static str) -> [&'static str; 7] {
    [draft, open, active, active, STATE, STATE, GONE]
}

/// Call, who, and the outcome in each state.
const EXPECTED: &[(&str, &[&str], [&str; 7])] = &[
    (EVERY_CALL, &["governance", "nobody"], ["BadOrigin"; 7]),
    ("stake_cover", &["provider"], UNTIL_THE_END),
    ("stake_cover", OTHERS, PROVIDERS),
    ("withdraw_cover", &["provider"], [YES, YES, YES, YES, YES, YES, GONE]),
    ("withdraw_cover", OTHERS, PROVIDERS),
    ("fund_rewards", &["provider"], UNTIL_THE_END),
    ("fund_rewards", OTHERS, PROVIDERS),
    ("withdraw_rewards", &["provider"], [STATE, STATE, STATE, STATE, YES, YES, GONE]),
    ("withdraw_rewards", OTHERS, PROVIDERS),
    ("set_member", &["provider"], UNTIL_THE_END),
    ("set_member", OTHERS, PROVIDERS),
    ("subscribe", ALL, RUNNING),
    ("claim", EARNERS, [NOTHING, NOTHING, YES, YES, YES, YES, GONE]),
    ("claim", BACKERS, [NOTHING, NOTHING, NOTHING, NOTHING, YES, YES, GONE]),
    ("claim", &["stranger"], [NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, GONE]),
    ("claim_for", ALL, [NOTHING, NOTHING, YES, YES, YES, YES, GONE]),
    ("claim_many", EARNERS, [NOTHING, NOTHING, YES, YES, YES, YES, NOTHING]),
    ("claim_many", BACKERS, [NOTHING, NOTHING, NOTHING, NOTHING, YES, YES, NOTHING]),
    ("claim_many", &["stranger"], [NOTHING; 7]),
    ("sponsor", &["provider"], RUNNING),
    ("sponsor", OTHERS, PROVIDERS),
    ("cancel_subscription", &["customer"], before_the_end(POSITION, YES, YES)),
    ("cancel_subscription", NO_CUSTOMER, before_the_end(POSITION, POSITION, POSITION)),
    ("extend_subscription", &["customer"], RUNNING),
    ("extend_subscription", NO_CUSTOMER, before_the_end(STATE, POSITION, POSITION)),
    ("accept_amendment", &["customer"], ["NoAmendment", YES, YES, "NoAmendment", STATE, STATE, GONE]),
    (
        "accept_amendment",
        NO_CUSTOMER,
        ["NoAmendment", "NothingToAccept", "NothingToAccept", "NoAmendment", STATE, STATE, GONE],
    ),
    ("back", ALL, RUNNING),
    ("cancel_backing", &["backer"], before_the_end(NONE, YES, YES)),
    ("cancel_backing", &["backer under notice"], before_the_end(NONE, YES, NONE)),
    ("cancel_backing", &["provider", "staff", "customer", "stranger"], before_the_end(NONE, NONE, NONE)),
    ("give_backing_notice", &["backer"], before_the_end(NONE, SHARES, YES)),
    ("give_backing_notice", &["customer", "backer under notice"], before_the_end(NONE, SHARES, SHARES)),
    ("give_backing_notice", &["staff"], before_the_end(SHARES, SHARES, SHARES)),
    ("give_backing_notice", NO_LEDGER, before_the_end(NONE, NONE, NONE)),
    ("withdraw_notice", &["backer under notice"], before_the_end(NONE, NOTICE, YES)),
    ("withdraw_notice", &["customer", "backer"], before_the_end(NONE, NOTICE, NOTICE)),
    ("withdraw_notice", &["staff"], before_the_end(NOTICE, NOTICE, NOTICE)),
    ("withdraw_notice", NO_LEDGER, before_the_end(NONE, NONE, NONE)),
    ("exit", &["backer under notice"], before_the_end(NONE, NOTICE, YES)),
    ("exit", &["customer", "backer"], before_the_end(NONE, NOTICE, NOTICE)),
    ("exit", &["staff"], before_the_end(NOTICE, NOTICE, NOTICE)),
    ("exit", NO_LEDGER, before_the_end(NONE, NONE, NONE)),
];

/// An agreement in `state`, its pool with something of everybody in it as far as that state allows it.
fn set_stage(state: &str) {
    set_status(SLA, AgreementStatus::Draft);
    stake(SLA, 50_000);
    assert_ok!(Compensation::fund_rewards(signed(PROVIDER), SLA, 1_000));
    set_member(STAFF, 1);
    if state == "Draft" {
        return;
    }
    set_status(SLA, AgreementStatus::Open);
    subscribe(CUSTOMER, 2, 5);
    back(BACKER, 1_000);
    back(LEAVING, 1_000);
    // Signing is possible in all states in which it ever is, and of the same use: the prices stay.
    assert_ok!(propose(SLA, pricing(), 4, false));
    if state == "Open" {
        return;
    }
    set_status(SLA, AgreementStatus::Active);
    settle(SLA, &met());
    assert_ok!(Compensation::back(signed(BACKER), SLA, 1_000, 1));
    assert_ok!(Compensation::give_backing_notice(signed(LEAVING), SLA, backing(LEAVING).shares));
    if state == "Active" {
        return;
    }
    // New terms that would come later than the end are dropped.
    Agreements::mutate(|all| {
        let fake = all.get_mut(&SLA).unwrap();
        (fake.periods, fake.waiting) = (7, None);
    });
    match state {
        "Active, end decided" => {}
        "Completed" => {
            (1..7).for_each(|_| settle(SLA, &missed(10)));
            end(SLA, AgreementStatus::Completed);
        }
        "Terminated" => end(SLA, AgreementStatus::Terminated),
        "paid out" => {
            end(SLA, AgreementStatus::Terminated);
            Compensation::on_idle(1, Weight::MAX);
            assert_ok!(Compensation::withdraw_cover(signed(PROVIDER), SLA, buckets().junior));
            assert_ok!(Compensation::withdraw_rewards(signed(PROVIDER), SLA, buckets().rewards));
            assert!(!Pools::<Test>::contains_key(SLA));
        }
        _ => unreachable!("not a state: {state}"),
    }
}

/// A call that succeeds for whoever may make it in a state that allows it.
fn call(name: &str, period: PeriodIndex) -> Call<Test> {
    let (agreement, max_payment, shares) = (SLA, Balance::MAX, 1_000_000);
    match name {
        "stake_cover" => Call::stake_cover { agreement, amount: 1 },
        "withdraw_cover" => Call::withdraw_cover { agreement, amount: 1 },
        "fund_rewards" => Call::fund_rewards { agreement, amount: 1 },
        "withdraw_rewards" => Call::withdraw_rewards { agreement, amount: 1 },
        "set_member" => Call::set_member { agreement, who: STRANGER, weight: 1 },
        "subscribe" => Call::subscribe { agreement, units: 1, periods: 1, terms_version: 0, max_payment },
        "claim" => Call::claim { agreement },
        "claim_for" => Call::claim_for { agreement, who: CUSTOMER },
        "claim_many" => Call::claim_many { agreements: vec![agreement; MAX_CLAIMS as usize].try_into().unwrap() },
        "sponsor" => Call::sponsor { agreement, who: STRANGER, units: 1, periods: 1, max_payment },
        "cancel_subscription" => Call::cancel_subscription { agreement, id: 0 },
        "extend_subscription" => {
            Call::extend_subscription { agreement, id: 0, periods: 1, terms_version: 0, max_payment }
        }
        "accept_amendment" => Call::accept_amendment { agreement, version: 1, max_payment },
        "back" => {
            let waiting = Agreements::get()[&SLA].waiting.is_some();
            Call::back { agreement, amount: 1_000, terms_version: u32::from(waiting) }
        }
        "cancel_backing" => Call::cancel_backing { agreement, period },
        "give_backing_notice" => Call::give_backing_notice { agreement, shares },
        "withdraw_notice" => Call::withdraw_notice { agreement, shares },
        "exit" => Call::exit { agreement, shares: 1_000 * shares },
        _ => unreachable!("a call that the table does not know: {name}"),
    }
}

fn origin(role: &str) -> RuntimeOrigin {
    match role {
        "provider" => signed(PROVIDER),
        "staff" => signed(STAFF),
        "customer" => signed(CUSTOMER),
        "backer" => signed(BACKER),
        "backer under notice" => signed(LEAVING),
        "stranger" => signed(STRANGER),
        "governance" => RuntimeOrigin::root(),
        "nobody" => RuntimeOrigin::none(),
        _ => unreachable!("not a role: {role}"),
    }
}

/// What `role` gets for `name` in `state`: "yes", or the name of the error.
fn outcome(name: &str, role: &str, state: &str) -> String {
    let mut outcome = String::new();
    ExtBuilder::default().build_and_execute(|| {
        set_stage(state);
        let running = u32::from(state != "Open");
        let before = sp_io::storage::root(sp_runtime::StateVersion::V1).encode();
        let result = call(name, running).dispatch_bypass_filter(origin(role)).map_err(|error| error.error);
        let changed = before != sp_io::storage::root(sp_runtime::StateVersion::V1).encode();
        assert_eq!(changed, result.is_ok(), "{name} by {role} in {state}");
        outcome = match result {
            Ok(_) => YES.into(),
            Err(DispatchError::BadOrigin) => "BadOrigin".into(),
            Err(DispatchError::Module(ModuleError { message: Some(error), .. })) => error.into(),
            Err(other) => format!("{other:?}"),
        };
    });
    outcome
}

#[test]
fn every_call_should_do_what_the_table_says_for_everybody_in_every_state() {
    for name in Call::<Test>::get_call_names() {
        for role in ROLES {
            let known = |call: &str| call == *name || call == EVERY_CALL;
            let rows = EXPECTED.iter().filter(|(call, roles, _)| known(call) && roles.contains(&role));
            let rows = rows.collect::<Vec<_>>();
            assert_eq!(rows.len(), 1, "{name} by {role} needs one row");
            for (state, expected) in STATES.into_iter().zip(rows[0].2) {
                assert_eq!(outcome(name, role, state), expected, "{name} by {role} in {state}");
            }
        }
    }
}

#[test]
fn the_table_of_the_readme_should_be_the_one_that_is_tested() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let (begin, end) = ("<!-- table: calls by state -->\n", "<!-- end of table -->");
    let readme = std::fs::read_to_string(path).unwrap();
    let (head, rest) = readme.split_once(begin).expect("the mark before the table");
    let (table, tail) = rest.split_once(end).expect("the mark after the table");
    let mut rendered = format!("\n| call | who | {} |\n|---|---|{}\n", STATES.join(" | "), "---|".repeat(STATES.len()));
    for (call, roles, outcomes) in EXPECTED {
        let call = if *call == EVERY_CALL { call.to_string() } else { format!("`{call}`") };
        rendered += &format!("| {call} | {} | {} |\n", roles.join(", "), outcomes.join(" | "));
    }
    rendered += "\n";
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, format!("{head}{begin}{rendered}{end}{tail}")).unwrap();
    } else {
        assert_eq!(table, rendered, "run with BLESS=1 to write the table");
    }
}
