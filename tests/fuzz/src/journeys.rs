// SPDX-License-Identifier: Apache-2.0

//! Inputs in which one call prepares another: chance alone would take long to find them.

use crate::{
    catalogue::CATALOGUE,
    input::{Bytes, RECORD},
};
use std::collections::BTreeMap;

/// A part of a journey.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// Time passes to what is due next, once or a few times.
    Wait,
    /// The same, but the chain finds no time to do what is due.
    Crowded,
    /// Months pass.
    Months,
    /// Blocks pass, up to the next for which something is planned.
    Blocks,
    /// The same many times, so that weeks pass.
    Weeks,
    /// A call.
    Call(&'static str),
    /// A call some times, each time with a change in that byte of its record.
    Calls(&'static str, u8),
    /// A call as often as can be, in the same way.
    Many(&'static str, u8),
}
use Step::{Blocks, Call, Calls, Crowded, Many, Months, Wait, Weeks};

/// Where a record says whose seat it is, and where when maintenance begins; and no byte of it.
const SEAT: u8 = 5;
const BEGIN: u8 = 6;
const NOWHERE: u8 = 18;

/// Journeys whose calls come to something only after others.
pub const JOURNEYS: [&[Step]; 35] = [
    &[Wait, Calls("Challenge::reveal_vote", SEAT), Wait, Call("Challenge::appeal")],
    &[
        Calls("Challenge::commit_vote", SEAT),
        Wait,
        Calls("Challenge::reveal_vote", SEAT),
        Wait,
        Calls("Challenge::appeal", SEAT),
        Wait,
        Calls("Challenge::commit_vote", SEAT),
        Wait,
        Calls("Challenge::reveal_vote", SEAT),
        Wait,
    ],
    &[Wait, Many("Challenge::reveal_vote", SEAT)],
    &[Wait, Wait, Call("Challenge::arbitrate")],
    &[Crowded, Call("Sla::settle")],
    &[Crowded, Call("Challenge::advance")],
    &[Months, Wait, Call("SliOracle::withdraw_bond")],
    &[Calls("SliOracle::rejoin", NOWHERE), Call("SliOracle::leave"), Calls("SliOracle::rejoin", NOWHERE)],
    &[Wait, Call("SliOracle::reveal")],
    &[Calls("SliOracle::commit", SEAT), Wait, Many("SliOracle::reveal", SEAT)],
    &[Many("SliOracle::submit", SEAT), Wait, Many("Challenge::challenge", SEAT)],
    &[
        Many("Marketplace::list_offer", NOWHERE),
        Many("Marketplace::list_offer", NOWHERE),
        Many("Marketplace::list_offer", NOWHERE),
    ],
    &[Many("Marketplace::redeem", NOWHERE), Calls("Marketplace::fulfil", 4), Calls("Marketplace::rate", 4)],
    &[Many("Marketplace::rate", 4), Many("Marketplace::rate", 5)],
    &[Many("Marketplace::authorize_partner", SEAT), Many("Marketplace::authorize_partner", SEAT)],
    &[Many("Sla::announce_maintenance", BEGIN)],
    &[Call("Sla::give_notice"), Calls("Sla::propose_amendment", SEAT)],
    &[Call("Sla::propose_amendment"), Wait, Wait, Calls("Sla::propose_amendment", SEAT)],
    &[Many("Compensation::subscribe", NOWHERE), Wait, Call("Compensation::withdraw_cover"), Call("Compensation::exit")],
    &[Many("Compensation::subscribe", BEGIN), Call("Compensation::accept_amendment")],
    &[Calls("Compensation::back", 4), Wait, Wait, Many("Compensation::back", 4), Wait],
    &[Call("SafeMode::force_enter"), Call("SafeMode::force_extend")],
    &[Call("SafeMode::force_enter"), Call("SafeMode::force_exit")],
    &[Call("TxPause::pause"), Call("TxPause::unpause")],
    &[Weeks, Calls("Referenda::refund_decision_deposit", 3)],
    &[
        Calls("Referenda::submit", 3),
        Calls("Referenda::place_decision_deposit", 3),
        Many("ConvictionVoting::vote", 3),
        Weeks,
        Weeks,
        Calls("ConvictionVoting::unlock", 3),
    ],
    &[Call("Identity::unbind_username"), Weeks, Call("Identity::remove_username")],
    &[Weeks, Call("Identity::remove_expired_approval")],
    &[Calls("Scheduler::schedule_named", 3), Calls("Scheduler::set_retry_named", 3), Blocks, Blocks],
    &[Call("Staking::set_staking_configs"), Calls("Staking::chill_other", 3)],
    &[Calls("Babe::report_equivocation_unsigned", 3), Months, Months, Months, Calls("Grandpa::report_equivocation", 3)],
    &[Calls("Staking::unbond", 3), Calls("Staking::rebond", 3)],
    &[Calls("Identity::set_identity", 3), Calls("Identity::request_judgement", 3)],
    &[Calls("Preimage::request_preimage", 3), Calls("Preimage::unrequest_preimage", 3)],
    &[Calls("Treasury::payout", 3), Calls("Treasury::check_status", 3)],
];

/// An input that goes that way; the details are up to `dice`.
pub fn journey(steps: &[Step], dice: &mut Bytes) -> Vec<u8> {
    let places: BTreeMap<&str, u16> = (0..)
        .zip(CATALOGUE.wheel())
        .filter_map(|(place, key)| Some((CATALOGUE.call(*key)?.name.as_str(), place)))
        .collect();
    let mut input = Vec::new();
    for step in steps {
        let (mut record, times): ([u8; RECORD], usize) = (dice.array(), 1 + dice.below(4));
        match step {
            Wait | Crowded => {
                let last = if matches!(step, Crowded) { 255 } else { 0 };
                // To what is due with an agreement or with a challenge.
                let kind = if dice.chance(50) { 100 } else { 120 };
                for time in 1..=times {
                    input.extend([0, kind, if time == times { last } else { 0 }]);
                    input.extend([0; RECORD - 3]);
                }
                // The block there may be the last of a session, which has no room for calls.
                if last == 0 || dice.chance(50) {
                    input.extend([0, 0, last]);
                    input.extend([0; RECORD - 3]);
                }
                continue;
            }
            Months => record[..3].copy_from_slice(&[0, 245, 0]),
            Blocks => record[..3].copy_from_slice(&[0, 30, 0]),
            Weeks => {
                // Sixteen days of blocks: again and again, with no change.
                for _ in 0..2 {
                    input.extend([44, 39, NOWHERE - 3]);
                    input.extend([0; RECORD - 3]);
                    input.extend([0, 59, 0]);
                    input.extend([0; RECORD - 3]);
                }
                // The last one may end a session, which leaves no room for calls.
                input.extend([0; RECORD]);
                continue;
            }
            Call(name) | Calls(name, _) | Many(name, _) => {
                if let Calls(_, at) | Many(_, at) = step {
                    // The repetition counts the byte from the fourth one on.
                    let more = if matches!(step, Many(..)) { 39 } else { 4 };
                    input.extend([44, more, at - 3]);
                    input.extend([0; RECORD - 3]);
                }
                record[0] |= 0x80;
                record[1..3].copy_from_slice(&places[name].to_le_bytes());
            }
        }
        input.extend(record);
    }
    input
}
