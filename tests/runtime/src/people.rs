// SPDX-License-Identifier: Apache-2.0

//! The people of a journey, and what they usually do first.

use crate::{Env, Person};
use dsla_primitives::{
    schedule::{Period, Schedule},
    terms::{
        min_quorum, Access, BonusRow, Bounds, Comparator, Credit, Document, Maintenance, Objective, Oracle, Pricing,
        Source, Terms, Tier,
    },
    verdict::Indicators,
    AgreementId, Balance, Moment, PeriodIndex, RoundId, ServiceId,
};
use dsla_runtime::{constants::currency::DSLA, AccountId, Runtime, RuntimeCall};
use frame_support::BoundedVec;
use pallet_sli_oracle::{Measurement, SubmittedReport};
use sp_core::H256;
use sp_runtime::{FixedU128, Perbill};

/// An hour.
pub const HOUR: Moment = 3_600_000;
/// A day.
pub const DAY: Moment = 24 * HOUR;

/// A decimal number of percent or anything else, in thousandths: `milli(99_900)` is 99.9.
pub fn milli(value: u128) -> FixedU128 {
    FixedU128::from_rational(value, 1_000)
}

/// Terms: one objective of availability in percent, table 99.9 / 99 / 95, price 10, cover 20, half the price at risk,
/// team reward 5; windows of an hour.
pub fn terms(start: Moment, period: Period, periods: PeriodIndex, committee: &[Person]) -> Terms<AccountId> {
    let mut members: Vec<AccountId> = committee.iter().map(Person::id).collect();
    members.sort();
    let quorum = min_quorum(members.len().try_into().expect("small"));
    Terms {
        schedule: Schedule { start, period, periods },
        objectives: BoundedVec::truncate_from(vec![availability(Perbill::one())]),
        pricing: Pricing {
            unit_price: 10 * DSLA,
            cover_per_unit: 20 * DSLA,
            credit_cap: Perbill::one(),
            at_risk: Perbill::from_percent(50),
            max_bonus: Perbill::zero(),
            premium_share: Perbill::zero(),
            team_reward: 5 * DSLA,
            no_data_pay: Perbill::from_percent(50),
        },
        oracle: Oracle {
            committee: BoundedVec::truncate_from(members),
            quorum,
            report_window: HOUR,
            reveal_window: None,
            challenge_window: HOUR,
        },
        access: Access::Open,
        maintenance: Maintenance { quota: 0, notice: 0 },
        notice_periods: None,
        document: document(),
    }
}

/// An objective of availability in percent.
pub fn availability(weight: Perbill) -> Objective {
    let tier = |value, percent| Tier { threshold: milli(value), credit: Perbill::from_percent(percent) };
    Objective {
        source: Source::Reported { unit: BoundedVec::truncate_from(b"percent".to_vec()) },
        comparator: Comparator::GreaterOrEqual,
        target: milli(99_900),
        weight,
        credit: Credit::Tiers(BoundedVec::truncate_from(vec![tier(99_900, 10), tier(99_000, 30), tier(95_000, 100)])),
        bonuses: BoundedVec::default(),
        bounds: Bounds { min: milli(0), max: milli(100_000) },
        tolerance: FixedU128::from_u32(1),
    }
}

/// A bonus row that [`availability`] can be given.
pub fn bonus(value: u128, percent: u32) -> BonusRow {
    BonusRow { threshold: milli(value), bonus: Perbill::from_percent(percent) }
}

/// Some document.
pub fn document() -> Document {
    Document { hash: H256::repeat_byte(7), uri: BoundedVec::truncate_from(b"https://example.org".to_vec()) }
}

/// A provider with a service, its committee, and an agreement that customers can subscribe to.
pub struct Stage {
    /// The provider.
    pub provider: Person,
    /// The reporters.
    pub reporters: Vec<Person>,
    /// The agreement.
    pub agreement: AgreementId,
    /// Its terms.
    pub terms: Terms<AccountId>,
}

impl Env {
    /// A new person with 100,000 DSLA.
    pub fn person(&mut self, name: &str) -> Person {
        let person = Person::new(name);
        let call =
            pallet_balances::Call::<Runtime>::transfer_keep_alive { dest: person.id().into(), value: 100_000 * DSLA };
        self.submit(&Person::new("Alice"), call).expect("Alice is rich");
        person
    }

    /// Registers provider, service, reporters and an agreement under terms made by `make` from its start (ten minutes
    /// from now) and committee; stakes 1,000 DSLA and budgets 100 for the team; opens it.
    pub fn stage(&mut self, make: impl FnOnce(Moment, &[Person]) -> Terms<AccountId>) -> Stage {
        let provider = self.person("provider");
        let reporters: Vec<_> = (1..=3).map(|i| self.person(&format!("reporter{i}"))).collect();
        for reporter in &reporters {
            let bond = 10_000 * DSLA;
            self.submit(
                reporter,
                pallet_sli_oracle::Call::<Runtime>::register_reporter { bond, uri: Default::default() },
            )
            .expect("registers");
        }
        let name = BoundedVec::truncate_from(b"web".to_vec());
        let calls: [RuntimeCall; 2] = [
            pallet_sla::Call::register_provider { name: name.clone(), uri: Default::default() }.into(),
            pallet_sla::Call::register_service { name, document: document() }.into(),
        ];
        for call in calls {
            self.submit(&provider, call).expect("registers");
        }
        let terms = make(self.now() + 10 * 60_000, &reporters);
        let register = pallet_sla::Call::<Runtime>::register_agreement { service: ServiceId(0), terms: terms.clone() };
        self.submit(&provider, register).expect("registers");
        let agreement = AgreementId(0);
        let calls: [RuntimeCall; 3] = [
            pallet_compensation::Call::stake_cover { agreement, amount: 1_000 * DSLA }.into(),
            pallet_compensation::Call::fund_rewards { agreement, amount: 100 * DSLA }.into(),
            pallet_sla::Call::open_agreement { agreement }.into(),
        ];
        for call in calls {
            self.submit(&provider, call).expect("opens");
        }
        Stage { provider, reporters, agreement, terms }
    }

    /// Everybody reports one value (in thousandths) after the end of `period`, and time passes until it is final.
    pub fn play_period(&mut self, stage: &Stage, period: PeriodIndex, values: [Option<u128>; 3]) {
        self.pass_to(stage.terms.schedule.boundary(period + 1).expect("in range"));
        for (reporter, value) in stage.reporters.iter().zip(values) {
            if let Some(value) = value {
                self.report(reporter, stage.agreement, period, milli(value)).expect("reports");
            }
        }
        // An hour for reports, twice if there is no quorum; an hour for challenges.
        for _ in 0..3 {
            self.pass_to(self.now() + HOUR);
            self.blocks(1);
        }
    }

    /// One report of one value.
    pub fn report(
        &mut self,
        reporter: &Person,
        agreement: AgreementId,
        period: PeriodIndex,
        value: FixedU128,
    ) -> Result<(), sp_runtime::DispatchError> {
        let report = SubmittedReport {
            round: RoundId::new(agreement, period),
            measurements: BoundedVec::truncate_from(vec![Measurement::Value(value)]),
            evidence: H256::repeat_byte(1),
        };
        self.submit(
            reporter,
            pallet_sli_oracle::Call::<Runtime>::submit { reports: BoundedVec::truncate_from(vec![report]) },
        )
    }

    /// All that an account owns.
    pub fn owned(&mut self, who: &AccountId) -> Balance {
        let who = who.clone();
        self.read(|| {
            let account = frame_system::Account::<Runtime>::get(who).data;
            account.free + account.reserved
        })
    }

    /// The verdict of a period as the log has it.
    pub fn indicators(&mut self, agreement: AgreementId, period: PeriodIndex) -> Option<Indicators> {
        self.read(|| pallet_sla::Periods::<Runtime>::get(agreement, period).map(|record| record.indicators))
    }
}
