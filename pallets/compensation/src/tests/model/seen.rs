// SPDX-License-Identifier: Apache-2.0

//! What the histories contained.

use super::*;

/// What the histories contained, so that a test that hardly does anything is noticed.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) steps: usize,
    /// Settled periods with subscribers.
    pub(super) settled: usize,
    /// Of these, with less cover than compensation due.
    pub(super) short: usize,
    /// Periods for which a team was rewarded.
    pub(super) rewarded: usize,
    /// Verification fees with a part from the stake.
    pub(super) fees_from_stake: usize,
    /// Payments out of what could be claimed.
    pub(super) spent: usize,
    /// Prepayment given back because of an early end.
    pub(super) unspent: usize,
    /// Premiums, units compensated by backers, exits, deposits that went back, and vaults emptied by losses.
    pub(super) premiums: usize,
    pub(super) senior_losses: usize,
    pub(super) exits: usize,
    pub(super) returned: usize,
    pub(super) wiped_out: usize,
    /// Periods after which the cover had been too small for too long.
    pub(super) uncovered: usize,
    /// Subscriptions that new terms carried over, that signed them, and that did not.
    pub(super) carried: usize,
    pub(super) accepted: usize,
    pub(super) left: usize,
    pub(super) sponsored: usize,
    pub(super) canceled: usize,
    pub(super) extended: usize,
}

impl Seen {
    pub(super) fn note(&mut self, model: &Model) {
        for Seen {
            short,
            premiums,
            senior_losses,
            exits,
            returned,
            wiped_out,
            uncovered,
            carried,
            accepted,
            left,
            ..
        } in model.pools.iter().map(|pool| &pool.seen)
        {
            self.short += short;
            self.premiums += premiums;
            self.senior_losses += senior_losses;
            self.exits += exits;
            self.returned += returned;
            self.wiped_out += wiped_out;
            self.uncovered += uncovered;
            self.carried += carried;
            self.accepted += accepted;
            self.left += left;
        }
        for settlement in crate::Settlements::<Test>::iter_values() {
            let Settlement { units, income, team_reward, fee, .. } = settlement.amounts;
            self.settled += usize::from(units > 0);
            self.rewarded += usize::from(team_reward > 0);
            self.fees_from_stake += usize::from(fee > income && units > 0);
        }
        for record in System::events() {
            let RuntimeEvent::Compensation(event) = record.event else { continue };
            match event {
                crate::Event::HeldBack { source: PaymentSource::Claimable(_), .. } => self.spent += 1,
                crate::Event::PoolEnded { unspent, .. } if unspent > 0 => self.unspent += 1,
                crate::Event::Sponsored { .. } => self.sponsored += 1,
                crate::Event::SubscriptionCanceled { .. } => self.canceled += 1,
                crate::Event::SubscriptionExtended { .. } => self.extended += 1,
                _ => {}
            }
        }
    }

    /// How often each thing happened that must happen.
    pub(super) fn counts(&self) -> [usize; 16] {
        let Seen { settled, short, rewarded, fees_from_stake, spent, unspent, premiums, senior_losses, .. } = self;
        let Seen { exits, uncovered, carried, accepted, left, .. } = self;
        let Seen { sponsored, canceled, extended, .. } = self;
        [
            settled,
            short,
            rewarded,
            fees_from_stake,
            spent,
            unspent,
            premiums,
            senior_losses,
            exits,
            uncovered,
            carried,
            accepted,
            left,
            sponsored,
            canceled,
            extended,
        ]
        .map(|count| *count)
    }
}
