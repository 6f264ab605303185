// SPDX-License-Identifier: Apache-2.0

//! Every parameter is within its range, always.

use codec::{Decode, Encode};
use dsla_runtime::{
    constants::currency::DSLA,
    parameters::{ArbitrationTime, Bond, Count, Fee, QuarterAtMost, Ranged, Seats, UnbondingTime, Window},
    RuntimeCall, RuntimeParameters,
};
use scale_info::TypeInfo;

/// Both ends are taken, their neighbours outside are not.
fn check<T, const MIN: u128, const MAX: u128>()
where
    T: Encode + Decode + Into<u128> + TryFrom<u128> + Copy,
{
    let decoded = |value: u128| {
        let bytes = T::try_from(value).ok()?.encode();
        Ranged::<T, MIN, MAX>::decode(&mut &bytes[..]).ok().map(|ranged| ranged.inner().into())
    };
    assert_eq!(decoded(MIN), Some(MIN));
    assert_eq!(decoded(MAX), Some(MAX));
    assert_eq!(decoded(MAX + 1), None);
    if let Some(below) = MIN.checked_sub(1) {
        assert_eq!(decoded(below), None);
    }
}

trait Check {
    fn check();
}
impl<T, const MIN: u128, const MAX: u128> Check for Ranged<T, MIN, MAX>
where
    T: Encode + Decode + Into<u128> + TryFrom<u128> + Copy,
{
    fn check() {
        check::<T, MIN, MAX>();
    }
}

#[test]
fn values_outside_the_range_should_not_decode() {
    Bond::check();
    Fee::check();
    UnbondingTime::check();
    Window::check();
    ArbitrationTime::check();
    Seats::check();
    Count::check();
    QuarterAtMost::check();
}

#[test]
fn a_call_that_names_such_a_value_should_be_refused_before_it_runs() {
    // set_parameter(Settlement::VerificationFee(Some(value)))
    let call = |value: u128| {
        let good = RuntimeCall::Parameters(pallet_parameters::Call::set_parameter {
            key_value: RuntimeParameters::Settlement(
                dsla_runtime::parameters::dynamic_params::settlement::Parameters::VerificationFee(
                    dsla_runtime::parameters::dynamic_params::settlement::VerificationFee,
                    Fee::new(DSLA),
                ),
            ),
        });
        let mut bytes = good.encode();
        let at = bytes.len() - 16;
        bytes[at..].copy_from_slice(&value.encode());
        RuntimeCall::decode(&mut &bytes[..])
    };
    assert!(call(1_000 * DSLA).is_ok());
    assert!(call(1_000 * DSLA + 1).is_err());
    assert!(call(u128::MAX).is_err());
}

#[test]
fn defaults_should_lie_in_their_ranges() {
    use dsla_runtime::parameters::dynamic_params::*;
    use frame_support::traits::Get;
    fn inside<T: Encode, R: Decode>(value: T) -> bool {
        R::decode(&mut &value.encode()[..]).is_ok()
    }
    sp_io::TestExternalities::default().execute_with(|| {
        assert!(inside::<_, QuarterAtMost>(<staking::YearlyPayout as Get<QuarterAtMost>>::get()));
        assert!(inside::<_, Bond>(<reporters::MinBond as Get<Bond>>::get()));
        assert!(inside::<_, UnbondingTime>(<reporters::Unbonding as Get<UnbondingTime>>::get()));
        assert!(inside::<_, Count>(<reporters::MaxStrikes as Get<Count>>::get()));
        assert!(inside::<_, Fee>(<settlement::VerificationFee as Get<Fee>>::get()));
        assert!(inside::<_, Bond>(<pools::MinBacking as Get<Bond>>::get()));
        assert!(inside::<_, Bond>(<challenges::BaseBond as Get<Bond>>::get()));
        assert!(inside::<_, Seats>(<challenges::PanelSize as Get<Seats>>::get()));
        assert!(inside::<_, Window>(<challenges::VoteWindow as Get<Window>>::get()));
        assert!(inside::<_, ArbitrationTime>(<challenges::ArbitrationWindow as Get<ArbitrationTime>>::get()));
    });
}

#[test]
fn wallets_should_see_plain_numbers() {
    assert_eq!(Bond::type_info(), u128::type_info());
}
