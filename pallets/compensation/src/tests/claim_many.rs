// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{Call, ClaimFee, Event};
use frame_support::{
    dispatch::{CheckIfFeeless, Pays},
    BoundedVec,
};
use sp_runtime::Perbill;

fn list(agreements: &[AgreementId]) -> BoundedVec<AgreementId, frame_support::traits::ConstU32<16>> {
    agreements.to_vec().try_into().unwrap()
}

fn many(who: AccountId, agreements: &[AgreementId]) -> Result<(), DispatchError> {
    Compensation::claim_many(signed(who), list(agreements)).map(|_| ()).map_err(|error| error.error)
}

/// Alice and the provider have something to claim under both agreements.
fn stage() {
    stake(SLA, 8_000);
    register(OTHER, pricing());
    stake(OTHER, 8_000);
    subscribe(ALICE, 1, 1);
    assert_ok!(Compensation::subscribe(signed(ALICE), OTHER, 1, 1, 0, Balance::MAX));
    settle(SLA, &missed(50));
    settle(OTHER, &missed(10));
}

#[test]
fn claim_many_should_pay_each_once_and_pass_over_the_rest() {
    ExtBuilder::default().build_and_execute(|| {
        stage();
        let before = wallet(ALICE);
        let post = Compensation::claim_many(signed(ALICE), list(&[UNKNOWN, SLA, SLA, OTHER])).unwrap();
        assert_eq!(post.pays_fee, Pays::No);
        assert_eq!(wallet(ALICE), before + 600 + 2_500 + 200 + 500);
        assert_noop!(many(ALICE, &[SLA, OTHER]), Error::<Test>::NothingToClaim);
        assert_noop!(many(BOB, &[]), Error::<Test>::NothingToClaim);
        assert_noop!(Compensation::claim_many(RuntimeOrigin::root(), list(&[SLA])), DispatchError::BadOrigin);
    });
}

#[test]
fn claim_many_should_say_why_it_cannot_pay() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(Compensation::fund_rewards(signed(PROVIDER), SLA, 200));
        set_member(NOBODY, 1);
        set_member(ALICE, 9);
        settle(SLA, &met());
        assert_noop!(many(NOBODY, &[SLA]), Error::<Test>::BelowExistentialDeposit);
    });
}

#[test]
fn claim_fee_should_be_taken_from_compensation_only() {
    ExtBuilder::default().build_and_execute(|| {
        stage();
        Fee::set(ClaimFee { provider: Perbill::from_percent(3), treasury: Perbill::from_percent(2) });
        let before = (wallet(ALICE), claimable(PROVIDER));
        System::reset_events();
        assert_ok!(Compensation::claim(signed(ALICE), SLA));
        assert_eq!(wallet(ALICE), before.0 + 600 + 2_500 - 75 - 50);
        assert_eq!((claimable(PROVIDER), wallet(TREASURY)), (before.1 + 75, RICH + 50));
        let fee = Event::ClaimFeePaid { agreement: SLA, who: ALICE, provider: 75, treasury: 50 };
        System::assert_has_event(fee.into());
        // Spending on the marketplace costs no fee.
        let source = PaymentSource::Claimable(OTHER);
        assert_ok!(Compensation::hold_back(OTHER, &ALICE, source, 700));
        assert_eq!(claimable(ALICE), 0);
    });
}

#[test]
fn claims_should_be_feeless_exactly_when_they_pay() {
    ExtBuilder::default().build_and_execute(|| {
        stage();
        assert_ok!(Compensation::fund_rewards(signed(PROVIDER), SLA, 10));
        set_member(NOBODY, 10);
        settle(SLA, &met());
        settle(SLA, &met());
        let free = |who, call: Call<Test>| call.is_feeless(&signed(who));
        let claim = |agreement| Call::<Test>::claim { agreement };
        let claim_for = |who| Call::<Test>::claim_for { agreement: SLA, who };
        let claim_many = |agreements| Call::<Test>::claim_many { agreements: list(agreements) };
        assert!(free(ALICE, claim(SLA)) && !free(BOB, claim(SLA)) && !free(ALICE, claim(UNKNOWN)));
        assert!(free(BOB, claim_for(ALICE)) && !free(ALICE, claim_for(BOB)));
        assert!(free(ALICE, claim_many(&[UNKNOWN, OTHER])) && !free(ALICE, claim_many(&[UNKNOWN])));
        assert!(!claim(SLA).is_feeless(&RuntimeOrigin::root()));
        assert!(!free(ALICE, Call::stake_cover { agreement: SLA, amount: 1 }));
        // 10 would create the wallet; 9 would fail again and again, which must not be free.
        assert_eq!(claimable(NOBODY), 10);
        assert!(free(BOB, claim_for(NOBODY)));
        Fee::set(ClaimFee::default());
        assert_ok!(Compensation::hold_back(SLA, &NOBODY, PaymentSource::Claimable(SLA), 1));
        assert!(!free(BOB, claim_for(NOBODY)));
        assert_ok!(Compensation::claim(signed(ALICE), SLA));
        assert!(!free(ALICE, claim(SLA)));
    });
}

#[test]
fn claim_fee_should_be_told_whoever_gets_it() {
    for (provider, treasury) in [(3, 0), (0, 2)] {
        ExtBuilder::default().build_and_execute(|| {
            stage();
            Fee::set(ClaimFee { provider: Perbill::from_percent(provider), treasury: Perbill::from_percent(treasury) });
            assert_ok!(Compensation::claim(signed(ALICE), SLA));
            let (provider, treasury) = (Balance::from(provider) * 25, Balance::from(treasury) * 25);
            System::assert_has_event(Event::ClaimFeePaid { agreement: SLA, who: ALICE, provider, treasury }.into());
        });
    }
}

#[test]
fn nothing_to_claim_should_not_be_told_as_trouble() {
    ExtBuilder::default().build_and_execute(|| {
        stage();
        System::reset_events();
        assert_ok!(many(ALICE, &[UNKNOWN, SLA, SLA, OTHER]));
        assert_noop!(many(BOB, &[UNKNOWN]), Error::<Test>::NothingToClaim);
        // Carol backs and has nothing to claim; the provider is paid.
        back(CAROL, 500);
        Compensation::on_idle(1, Weight::MAX);
        let trouble = |record: &frame_system::EventRecord<RuntimeEvent, _>| {
            matches!(record.event, RuntimeEvent::Compensation(Event::PayoutFailed { .. }))
        };
        assert!(!System::events().iter().any(trouble));
        assert_eq!((claimable(PROVIDER), claimable(CAROL)), (0, 0));
    });
}

#[test]
fn claim_many_should_tell_where_it_could_not_pay() {
    ExtBuilder::default().build_and_execute(|| {
        register(OTHER, pricing());
        for (agreement, weight) in [(SLA, 1), (OTHER, 3)] {
            assert_ok!(Compensation::fund_rewards(signed(PROVIDER), agreement, 200));
            assert_ok!(Compensation::set_member(signed(PROVIDER), agreement, NOBODY, weight));
            assert_ok!(Compensation::set_member(signed(PROVIDER), agreement, ALICE, 17));
        }
        settle(SLA, &met());
        settle(OTHER, &met());
        // 90 / 18 do not make a wallet, 3 · (90 / 20) do.
        assert_eq!(Compensation::claimable(OTHER, &NOBODY).reward, 12);
        assert_ok!(many(NOBODY, &[SLA, OTHER]));
        let error = Error::<Test>::BelowExistentialDeposit.into();
        System::assert_has_event(Event::PayoutFailed { agreement: SLA, who: NOBODY, error }.into());
        assert_eq!((wallet(NOBODY), claimable(NOBODY)), (12, 5));
    });
}

#[test]
fn claims_should_not_be_feeless_when_the_fee_leaves_too_little_for_a_wallet() {
    for (provider, treasury) in [(10, 0), (0, 10)] {
        let pricing = dsla_primitives::terms::Pricing { cover_per_unit: 1_000, unit_price: 0, ..pricing() };
        ExtBuilder::pricing(pricing).build_and_execute(|| {
            stake(SLA, 1_000);
            assert_ok!(Compensation::sponsor(signed(PROVIDER), SLA, NOBODY, 1, 1, 0));
            settle(SLA, &missed(1));
            assert_eq!(claimable(NOBODY), ED);
            let free = || Call::<Test>::claim { agreement: SLA }.is_feeless(&signed(NOBODY));
            assert!(free());
            Fee::set(ClaimFee { provider: Perbill::from_percent(provider), treasury: Perbill::from_percent(treasury) });
            assert!(!free());
            assert_noop!(many(NOBODY, &[SLA]), Error::<Test>::BelowExistentialDeposit);
        });
    }
}
