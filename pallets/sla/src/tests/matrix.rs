// SPDX-License-Identifier: Apache-2.0

//! Every call by everybody in every state of an agreement. The table of expectations is the one in the README; run with
//! `BLESS=1` to write it there.

use crate::{
    mock::{name as text, *},
    Call,
};
use codec::Encode;
use dsla_primitives::{
    terms::{Access, Maintenance, Terms},
    traits::AgreementStatus,
    AgreementId, ServiceId,
};
use frame_support::{
    assert_ok,
    traits::{GetCallName, UnfilteredDispatchable},
};
use sp_runtime::{DispatchError, ModuleError};

const STATES: [&str; 6] = ["Draft", "Open", "Active", "Active, end decided", "Completed", "Terminated"];
const ROLES: [&str; 5] = ["provider", "other provider", "stranger", "governance", "nobody"];
const AGREEMENT: AgreementId = AgreementId(0);
const SERVICE: ServiceId = ServiceId(0);
/// On the list of the agreement, and not.
const LISTED: AccountId = 7;
const UNLISTED: AccountId = 8;

const YES: &str = "yes";
const BAD: &str = "BadOrigin";
const STATE: &str = "WrongState";
const REMAIN: &str = "AgreementsRemain";
const NOTHING: &str = "NothingDue";
const OTHERS: &[&str] = &["other provider", "stranger"];
const NO_ACCOUNT: &[&str] = &["governance", "nobody"];

/// Call, who, and the outcome in each state.
const EXPECTED: &[(&str, &[&str], [&str; 6])] = &[
    ("register_provider", &["provider", "other provider"], ["ProviderAlreadyExists"; 6]),
    ("register_provider", &["stranger"], [YES; 6]),
    ("register_provider", NO_ACCOUNT, [BAD; 6]),
    ("update_provider", &["provider", "other provider"], [YES; 6]),
    ("update_provider", &["stranger"], ["ProviderNotFound"; 6]),
    ("update_provider", NO_ACCOUNT, [BAD; 6]),
    ("deregister_provider", &["provider"], ["ServicesRemain"; 6]),
    ("deregister_provider", &["other provider"], [YES; 6]),
    ("deregister_provider", &["stranger"], ["ProviderNotFound"; 6]),
    ("deregister_provider", NO_ACCOUNT, [BAD; 6]),
    ("register_service", &["provider", "other provider"], [YES; 6]),
    ("register_service", &["stranger"], ["ProviderNotFound"; 6]),
    ("register_service", NO_ACCOUNT, [BAD; 6]),
    ("remove_service", &["provider"], [REMAIN, REMAIN, REMAIN, REMAIN, YES, YES]),
    ("remove_service", OTHERS, ["NotAuthorized"; 6]),
    ("remove_service", NO_ACCOUNT, [BAD; 6]),
    ("register_agreement", &["provider"], [YES; 6]),
    ("register_agreement", OTHERS, ["NotAuthorized"; 6]),
    ("register_agreement", NO_ACCOUNT, [BAD; 6]),
    ("discard_agreement", &["provider"], [YES, STATE, STATE, STATE, STATE, STATE]),
    ("discard_agreement", OTHERS, ["NotAuthorized"; 6]),
    ("discard_agreement", NO_ACCOUNT, [BAD; 6]),
    ("open_agreement", &["provider"], [YES, STATE, STATE, STATE, STATE, STATE]),
    ("open_agreement", OTHERS, ["NotAuthorized"; 6]),
    ("open_agreement", NO_ACCOUNT, [BAD; 6]),
    ("settle", &["provider", "other provider", "stranger"], [NOTHING, YES, YES, YES, NOTHING, NOTHING]),
    ("settle", NO_ACCOUNT, [BAD; 6]),
    ("propose_amendment", &["provider"], [STATE, YES, YES, "AgreementEnding", STATE, STATE]),
    ("propose_amendment", OTHERS, ["NotAuthorized"; 6]),
    ("propose_amendment", NO_ACCOUNT, [BAD; 6]),
    ("give_notice", &["provider"], [STATE, YES, YES, "EndsAnyway", STATE, STATE]),
    ("give_notice", OTHERS, ["NotAuthorized"; 6]),
    ("give_notice", NO_ACCOUNT, [BAD; 6]),
    ("terminate", &["provider", "other provider", "stranger", "nobody"], [BAD; 6]),
    ("terminate", &["governance"], [STATE, YES, YES, YES, STATE, STATE]),
    ("allow", &["provider"], [YES, YES, YES, YES, STATE, STATE]),
    ("allow", OTHERS, ["NotAuthorized"; 6]),
    ("allow", NO_ACCOUNT, [BAD; 6]),
    ("disallow", &["provider"], [YES; 6]),
    ("disallow", OTHERS, ["NotAuthorized"; 6]),
    ("disallow", NO_ACCOUNT, [BAD; 6]),
    ("announce_maintenance", &["provider"], [STATE, YES, YES, YES, STATE, STATE]),
    ("announce_maintenance", OTHERS, ["NotAuthorized"; 6]),
    ("announce_maintenance", NO_ACCOUNT, [BAD; 6]),
];

fn agreed() -> Terms<AccountId> {
    let mut terms = terms();
    terms.schedule.periods = 5;
    terms.access = Access::AllowList;
    terms.maintenance = Maintenance { quota: MINUTE, notice: 0 };
    terms.notice_periods = Some(1);
    terms
}

/// Two providers; an agreement of the first one is in `state`, at a moment at which a step is due if ever.
fn set_stage(state: &str) {
    assert_eq!(register_agreement(agreed()), AGREEMENT);
    register_provider(OTHER);
    assert_ok!(Sla::allow(RuntimeOrigin::signed(PROVIDER), AGREEMENT, LISTED));
    if state == "Draft" {
        return;
    }
    assert_ok!(Sla::open_agreement(RuntimeOrigin::signed(PROVIDER), AGREEMENT));
    if state == "Open" {
        return set_now(START);
    }
    block_at(START);
    let expected = match state {
        "Active" => AgreementStatus::Active,
        "Active, end decided" => {
            assert_ok!(terminate(AGREEMENT, Some(3)));
            AgreementStatus::Active
        }
        "Completed" => AgreementStatus::Completed,
        "Terminated" => {
            assert_ok!(terminate(AGREEMENT, None));
            AgreementStatus::Terminated
        }
        _ => unreachable!("not a state: {state}"),
    };
    if expected != AgreementStatus::Active {
        block_at(end(4) + REPORT);
        block_at(end(4) + REPORT + CHALLENGE);
    } else {
        set_now(end(0) + REPORT);
    }
    assert_eq!(agreement(AGREEMENT).status, expected);
}

/// A call that would succeed for whoever may make it in a state that allows it.
fn call(name: &str, now: u64) -> Call<Test> {
    let (agreement, service) = (AGREEMENT, SERVICE);
    match name {
        "register_provider" => Call::register_provider { name: text("N"), uri: uri("u") },
        "update_provider" => Call::update_provider { name: text("N"), uri: uri("u") },
        "deregister_provider" => Call::deregister_provider {},
        "register_service" => Call::register_service { name: text("s"), document: document() },
        "remove_service" => Call::remove_service { service },
        "register_agreement" => {
            let mut terms = agreed();
            terms.schedule.start = now;
            Call::register_agreement { service, terms }
        }
        "discard_agreement" => Call::discard_agreement { agreement },
        "open_agreement" => Call::open_agreement { agreement },
        "settle" => Call::settle { agreement },
        "propose_amendment" => Call::propose_amendment { agreement, terms: agreed(), from: 4 },
        "give_notice" => Call::give_notice { agreement },
        "terminate" => Call::terminate { agreement, at: None },
        "allow" => Call::allow { agreement, who: UNLISTED },
        "disallow" => Call::disallow { agreement, who: LISTED },
        "announce_maintenance" => {
            Call::announce_maintenance { agreement, period: 2, start: end(1), end: end(1) + MINUTE }
        }
        _ => unreachable!("a call that the table does not know: {name}"),
    }
}

fn origin(role: &str) -> RuntimeOrigin {
    match role {
        "provider" => RuntimeOrigin::signed(PROVIDER),
        "other provider" => RuntimeOrigin::signed(OTHER),
        "stranger" => RuntimeOrigin::signed(STRANGER),
        "governance" => RuntimeOrigin::root(),
        "nobody" => RuntimeOrigin::none(),
        _ => unreachable!("not a role: {role}"),
    }
}

/// What `role` gets for `name` in `state`: "yes", or the name of the error.
fn outcome(name: &str, role: &str, state: &str) -> String {
    let mut outcome = String::new();
    build_and_execute(|| {
        set_stage(state);
        let now = <Clock as frame_support::traits::Time>::now();
        let before = sp_io::storage::root(sp_runtime::StateVersion::V1).encode();
        let result = call(name, now).dispatch_bypass_filter(origin(role)).map_err(|error| error.error);
        let changed = before != sp_io::storage::root(sp_runtime::StateVersion::V1).encode();
        assert_eq!(changed, result.is_ok(), "{name} by {role} in {state}");
        outcome = match result {
            Ok(_) => YES.into(),
            Err(DispatchError::BadOrigin) => BAD.into(),
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
            let rows = EXPECTED.iter().filter(|(call, roles, _)| call == name && roles.contains(&role));
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
        rendered += &format!("| `{call}` | {} | {} |\n", roles.join(", "), outcomes.join(" | "));
    }
    rendered += "\n";
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, format!("{head}{begin}{rendered}{end}{tail}")).unwrap();
    } else {
        assert_eq!(table, rendered, "run with BLESS=1 to write the table");
    }
}
