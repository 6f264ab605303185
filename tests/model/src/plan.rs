// SPDX-License-Identifier: Apache-2.0

//! Makes up operations: mostly what people who know the state would do, with a little nonsense in between.

mod disputes;
mod market;
mod money;
mod reports;
mod terms;

use crate::{
    drive::{CROWD, PROVIDERS, REPORTERS},
    model::{agreements::Agreement, AccountId, Model, Params, DAY},
    ops::{By, Call, Op, Setting, Who},
};
use dsla_primitives::{traits::AgreementStatus as Status, AgreementId, Balance, Moment, RoundId};
use frame_support::BoundedVec;
use sp_runtime::Perbill;

/// One DSLA.
const DSLA: Balance = 1_000_000_000_000_000_000;
const SECOND: Moment = 1_000;
const MINUTE: Moment = 60 * SECOND;
const HOUR: Moment = 60 * MINUTE;

/// Numbers that look random and are always the same for a seed.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// For a seed. Seeds next to each other have nothing in common.
    pub fn new(seed: u64) -> Self {
        let mut start = Self(seed ^ 0x5851_f42d_4c95_7f2d);
        let first = start.roll().rotate_left(17);
        Self(first ^ start.roll())
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        if end == 0 {
            0
        } else {
            self.roll() % end
        }
    }

    fn upto(&mut self, most: Balance) -> Balance {
        let wide = u128::from(self.roll()) << 64 | u128::from(self.roll());
        most.checked_add(1).map_or(wide, |end| wide % end)
    }

    fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most - least + 1)
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        if from.is_empty() {
            None
        } else {
            from.get(self.below(from.len() as u64) as usize)
        }
    }

    fn share(&mut self) -> Perbill {
        match self.below(4) {
            0 => Perbill::zero(),
            1 => Perbill::one(),
            2 => Perbill::from_percent(self.below(101) as u32),
            _ => Perbill::from_parts(self.below(1_000_000_001) as u32),
        }
    }
}

/// Makes up a history.
pub struct Plan {
    dice: Dice,
    seed: u64,
    begun: bool,
}

impl Plan {
    /// For a seed.
    pub fn new(seed: u64) -> Self {
        Self { dice: Dice::new(seed), seed, begun: false }
    }

    /// When the next block is made: mostly soon, or when something happens, and sometimes much later.
    pub fn next_block(&mut self, model: &Model) -> Moment {
        let now = model.now();
        let busy = !self.duties(model).is_empty();
        let soon = now + 6 * SECOND;
        let roll = self.dice.below(10_000);
        let (short, wake, some) = if busy { (8_800, 9_870, 9_970) } else { (1_600, 9_600, 9_950) };
        // In a slow history periods are days and weeks long, in a fast one minutes and hours.
        let scale = if self.slow() { 12 } else { 1 };
        if roll < short {
            soon
        } else if roll < wake {
            let times = self.times(model);
            times.into_iter().filter(|at| *at > now).min().unwrap_or(now + 10 * MINUTE)
        } else if roll < some {
            now + self.dice.below(HOUR * scale)
        } else if roll < 9_990 {
            now + self.dice.below(8 * HOUR * scale)
        } else if roll < 9_995 {
            now + self.dice.below(20 * DAY)
        } else {
            now + self.dice.below(200 * DAY)
        }
    }

    /// Whether periods are long.
    fn slow(&self) -> bool {
        self.seed % 3 == 1
    }

    fn times(&self, model: &Model) -> Vec<Moment> {
        let agreements = model.agreements.iter().filter_map(Agreement::due);
        let boundaries =
            model.agreements.iter().filter(|agreement| agreement.status == Status::Active).filter_map(|a| {
                let schedule = &a.terms().schedule;
                schedule.boundary(crate::model::terms::passed(schedule, model.now()))
            });
        let challenges = model.challenges.values().map(|challenge| challenge.until);
        let sweep = model.sweep.front().map(|sweep| sweep.since + model.params.sweep_delay);
        agreements.chain(boundaries).chain(challenges).chain(sweep).collect()
    }

    /// Whether there is little cover and nothing that could fill it up again.
    fn tight(&self) -> bool {
        self.seed % 3 == 2
    }

    /// How many operations the next block has.
    pub fn ops_in_block(&mut self, _: &Model) -> u64 {
        self.dice.between(2, 16)
    }

    /// The next operation.
    pub fn next_op(&mut self, model: &Model, people: &[AccountId]) -> Op {
        if !self.begun {
            self.begun = true;
            return Op { by: By::Root, call: Call::Set(Setting(Box::new(self.numbers()))) };
        }
        for _ in 0..20 {
            if let Some(op) = self.sensible(model, people) {
                return if self.dice.chance(4) { self.tampered(model, op) } else { op };
            }
        }
        self.nonsense(model)
    }

    fn sensible(&mut self, model: &Model, people: &[AccountId]) -> Option<Op> {
        let drafts = model.agreements.iter().any(|agreement| agreement.status == Status::Draft);
        if drafts && self.dice.chance(40) {
            return self.chore(model, people);
        }
        match self.dice.below(1_000) {
            0..400 => self.report(model, people),
            400..480 => self.chore(model, people),
            480..630 => self.customer(model, people),
            630..730 => self.backer(model, people),
            730..770 => self.payout(model, people),
            770..870 => self.dispute(model, people),
            870..950 => self.trade(model, people),
            950..980 => self.reporter(model, people),
            980..982 => Some(Op { by: By::Root, call: Call::Set(Setting(Box::new(self.numbers()))) }),
            982..990 => self.wallets(model),
            _ => Some(self.nonsense(model)),
        }
    }

    /// Numbers that root could choose.
    fn numbers(&mut self) -> Params {
        let dice = &mut self.dice;
        let quarter = Perbill::from_percent(25);
        let default = Params::default();
        let windows = match dice.below(3) {
            0 => [DAY, DAY, 2 * DAY, 14 * DAY],
            1 => [2 * HOUR, 20 * MINUTE, 30 * MINUTE, 6 * DAY],
            _ => [dice.between(MINUTE, 6 * HOUR), dice.between(MINUTE, HOUR), MINUTE, dice.between(6 * DAY, 14 * DAY)],
        };
        Params {
            min_bond: if dice.chance(70) { default.min_bond } else { 500 * DSLA + dice.upto(2_000 * DSLA) },
            unbonding: if dice.chance(50) { default.unbonding } else { 120 * DAY },
            max_strikes: dice.between(2, 6) as u32,
            slash_share: if dice.chance(80) { Perbill::from_percent(10) } else { dice.share() },
            verification_fee: match dice.below(4) {
                0 => 0,
                1 => 1 + dice.upto(1_000),
                2 => dice.upto(2 * DSLA),
                _ => default.verification_fee,
            },
            fee_shares: if dice.chance(60) {
                [quarter; 3]
            } else {
                [dice.share().min(quarter), dice.share().min(quarter), quarter]
            },
            sweep_delay: *dice.pick(&[0, HOUR, DAY, DAY, 3 * DAY]).unwrap_or(&DAY),
            claim_fee: if dice.chance(50) { [Perbill::zero(); 2] } else { [dice.share(), dice.share()] },
            min_backing: if dice.chance(50) { default.min_backing } else { DSLA / 1_000 },
            min_junior_share: Perbill::from_percent([20, 20, 1, 0][dice.below(4) as usize]),
            grace_periods: dice.below(3) as u32,
            base_bond: if dice.chance(50) { default.base_bond } else { DSLA + dice.upto(100 * DSLA) },
            panel_size: *dice.pick(&[3, 3, 4, 5]).unwrap_or(&3),
            vote_window: windows[0],
            reveal_window: windows[1],
            appeal_window: windows[2],
            arbitration_window: windows[3],
            min_rated_refill: if dice.chance(50) { default.min_rated_refill } else { DSLA / 1_000 },
            max_seller_share: Perbill::from_percent(50),
        }
    }

    /// An account of the crowd.
    fn somebody(&mut self) -> Who {
        self.dice.between(CROWD.start as u64, CROWD.end as u64 - 1) as Who
    }

    fn anybody(&mut self) -> Who {
        self.dice.below(REPORTERS.end as u64) as Who
    }

    fn number_of(&self, people: &[AccountId], who: &AccountId) -> Option<Who> {
        people.iter().position(|other| other == who)
    }

    /// An agreement that fulfils `wanted`.
    fn agreement<'a>(
        &mut self,
        model: &'a Model,
        wanted: impl Fn(&Agreement) -> bool,
    ) -> Option<(AgreementId, &'a Agreement)> {
        let ids: Vec<usize> = (0..model.agreements.len()).filter(|id| wanted(&model.agreements[*id])).collect();
        let id = *self.dice.pick(&ids)?;
        Some((AgreementId(id as u64), &model.agreements[id]))
    }

    fn some_agreement(&mut self, model: &Model) -> AgreementId {
        AgreementId(self.dice.below(model.agreements.len() as u64 + 1))
    }

    fn some_round(&mut self, model: &Model) -> RoundId {
        let agreement = self.some_agreement(model);
        RoundId::new(agreement, self.dice.below(12) as u32)
    }

    /// The same, but by somebody else.
    fn tampered(&mut self, _: &Model, op: Op) -> Op {
        let by = match self.dice.below(8) {
            0 => By::Root,
            1 => By::None,
            _ => By::Signed(self.anybody()),
        };
        if matches!(op.call, Call::Set(_)) {
            op
        } else {
            Op { by, ..op }
        }
    }

    fn amount(&mut self) -> Balance {
        match self.dice.below(5) {
            0 => 0,
            1 => self.dice.upto(100),
            2 => self.dice.upto(DSLA),
            3 => self.dice.upto(100_000 * DSLA),
            _ => self.dice.upto(u128::MAX),
        }
    }

    /// Calls with arguments out of thin air.
    fn nonsense(&mut self, model: &Model) -> Op {
        let id = self.some_agreement(model);
        let (amount, small) = (self.amount(), self.dice.below(6) as u32);
        let huge = if self.dice.chance(50) { u32::MAX } else { small };
        let units = if self.dice.chance(30) { u64::MAX } else { u64::from(small) };
        let round = self.some_round(model);
        let (who, offer) = (self.anybody(), self.dice.below(model.market.offer_count + 2));
        let voucher = self.dice.below(model.market.vouchers.len() as u64 + 2) as u32;
        let call = match self.dice.below(40) {
            0 => {
                Call::UpdateProvider(BoundedVec::truncate_from(vec![b'x'; 3]), BoundedVec::truncate_from(vec![b'u'; 9]))
            }
            1 => Call::RemoveService(self.dice.below(4)),
            2 => Call::DiscardAgreement(id),
            3 => Call::OpenAgreement(id),
            4 => Call::Settle(id),
            5 => Call::GiveNotice(id),
            6 => Call::Terminate(id, self.dice.chance(50).then_some(small)),
            7 => Call::Disallow(id, who),
            8 => Call::BondExtra(amount),
            9 => Call::WithdrawBond,
            10 => Call::Rejoin,
            11 => Call::ClaimRewards(id),
            12 => Call::StakeCover(id, amount),
            13 => Call::WithdrawCover(id, amount),
            14 => Call::FundRewards(id, amount),
            15 => Call::WithdrawRewards(id, amount),
            16 => Call::SetMember(id, who, units),
            17 => Call::Subscribe { agreement: id, units, periods: huge, version: small, max_payment: amount },
            18 => Call::Sponsor { agreement: id, who, units, periods: huge, max_payment: amount },
            19 => Call::CancelSubscription(id, small),
            20 => Call::ExtendSubscription { agreement: id, id: small, periods: huge, version: 0, max_payment: amount },
            21 => Call::AcceptAmendment(id, small, amount),
            22 => Call::Back(id, amount, small),
            23 => Call::CancelBacking(id, small),
            24 => Call::GiveBackingNotice(id, amount),
            25 => Call::WithdrawNotice(id, amount),
            26 => Call::Exit(id, amount),
            27 => Call::ClaimFor(id, who),
            28 => Call::Appeal(round),
            29 => Call::Advance(round),
            30 => Call::Restock(offer, small),
            31 => Call::RemoveExpired(offer),
            32 => Call::ClearCounters(offer, small),
            33 => Call::Confirm(voucher),
            34 => Call::Rate(voucher, small as u8),
            35 => Call::MintBreachCredential(round),
            36 => Call::BurnCredential(round),
            37 => Call::BurnVoucher(voucher),
            38 => Call::GiveUpSeat(id),
            _ => Call::RegisterReporter(amount),
        };
        let by = match &call {
            Call::Terminate(..) if self.dice.chance(20) => By::Root,
            _ if self.dice.chance(30) => By::Signed(self.dice.below(PROVIDERS.end as u64) as Who),
            _ => By::Signed(self.anybody()),
        };
        Op { by, call }
    }

    /// Transfers and gifts.
    fn wallets(&mut self, model: &Model) -> Option<Op> {
        let (by, to) = (By::Signed(self.somebody()), self.anybody());
        let amount = match self.dice.below(3) {
            0 => self.dice.upto(DSLA / 50),
            1 => self.dice.upto(100 * DSLA),
            _ => self.amount(),
        };
        let call = if self.dice.chance(50) {
            Call::Transfer(to, amount)
        } else {
            let (id, _) = self.agreement(model, |_| true)?;
            Call::Gift(id, amount)
        };
        // The newcomer stays without a wallet most of the time, so that payouts to it fail.
        (to != 11 || self.dice.chance(5)).then_some(Op { by, call })
    }
}
