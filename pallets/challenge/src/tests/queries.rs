// SPDX-License-Identifier: Apache-2.0

use super::*;

#[test]
fn duties_should_say_what_a_member_owes() {
    build_and_execute(|| {
        claimed();
        let panel = drawn();
        let until = stored().stage.until();
        let instance = Instance::First;
        assert_eq!(Challenging::duties(&panel[0]), [(ROUND, Duty::Commit { instance, until })]);
        assert_ok!(commit(panel[0], 1));
        assert_eq!(Challenging::duties(&panel[0]), []);
        pass();
        let until = stored().stage.until();
        assert_eq!(Challenging::duties(&panel[0]), [(ROUND, Duty::Reveal { instance, until })]);
        // Who has not committed has nothing to reveal.
        assert_eq!(Challenging::duties(&panel[1]), []);
        assert_ok!(reveal(panel[0], 1));
        assert_eq!(Challenging::duties(&panel[0]), []);
        pass();
        assert_eq!(Duties::<Test>::iter_keys().count(), 0);
        assert_eq!(Challenging::duties(&STRANGER), []);
    });
}

#[test]
fn duties_should_name_the_panel_of_the_appeal() {
    build_and_execute(|| {
        decided(&[1; 5]);
        let first = panel();
        assert_ok!(appeal(PROVIDER));
        let second = drawn();
        let duty = Duty::Commit { instance: Instance::Appeal, until: stored().stage.until() };
        assert_eq!(Challenging::duties(&second[0]), [(ROUND, duty)]);
        assert_eq!(Challenging::duties(&first[0]), []);
    });
}

#[test]
fn duties_should_list_every_panel_of_a_member() {
    build_and_execute(|| {
        Active::set(REPORTERS.take(5).collect());
        claimed();
        assert_ok!(Challenging::challenge(signed(ALICE), OTHER_ROUND, indicators(900, 100)));
        let member = drawn()[0];
        let mut rounds = Challenging::duties(&member).into_iter().map(|(round, _)| round).collect::<Vec<_>>();
        rounds.sort_unstable();
        assert_eq!(rounds, [ROUND, OTHER_ROUND]);
    });
}

#[test]
fn claim_bond_should_be_told_only_while_claims_are_taken() {
    build_and_execute(|| {
        let of = Challenging::claim_bond;
        assert_eq!((of(ROUND), of(RoundId::new(AGREEMENT, 99))), (Some(BOND), None));
        BaseBond::set(0);
        assert_eq!(of(ROUND), Some(ED));
        BaseBond::set(BOND);
        Now::set(UNTIL);
        assert_eq!(of(ROUND), None);
        Now::set(START);
        claimed();
        assert_eq!((of(ROUND), of(OTHER_ROUND)), (Some(4 * BOND), Some(BOND)));
        Now::set(UNTIL - 1);
        assert_eq!(of(ROUND), Some(4 * BOND));
        Now::set(UNTIL);
        assert_eq!(of(ROUND), None, "too late, also before the chain has closed the claims");
        drawn();
        assert_eq!(of(ROUND), None);
        voted(&[0, 0, 1, 1]);
        assert_ok!(arbitrate(0));
        assert_eq!(of(ROUND), None);
    });
}

#[test]
fn challenge_of_and_ruling_should_find_what_there_is() {
    build_and_execute(|| {
        assert_eq!((Challenging::challenge_of(ROUND), Challenging::ruling(ROUND)), (None, None));
        tied();
        assert_eq!((Challenging::challenge_of(ROUND), Challenging::ruling(ROUND)), (Some(stored()), None));
        assert_ok!(arbitrate(2));
        assert_eq!((Challenging::challenge_of(ROUND), Challenging::ruling(ROUND)), (None, Some(ruling())));
    });
}
