// SPDX-License-Identifier: Apache-2.0

//! Weights of the calls and of the steps.

use frame_support::weights::Weight;

/// Weight of each call, each step of an agreement, and of looking at the agenda.
pub trait WeightInfo {
    /// `b`: bytes of name and URI.
    fn register_provider(b: u32) -> Weight;
    /// `b`: bytes of name and URI.
    fn update_provider(b: u32) -> Weight;
    /// Deregister a provider.
    fn deregister_provider() -> Weight;
    /// `b`: bytes of name and URI.
    fn register_service(b: u32) -> Weight;
    /// Remove a service.
    fn remove_service() -> Weight;
    /// `o`: objectives, `c`: members of the committee.
    fn register_agreement(o: u32, c: u32) -> Weight;
    /// Discard a draft.
    fn discard_agreement() -> Weight;
    /// Open a draft.
    fn open_agreement() -> Weight;
    /// Settle: activate.
    fn settle_activate() -> Weight;
    /// Settle: judge a period.
    fn settle_propose() -> Weight;
    /// Settle: make a verdict final.
    fn settle_finalize() -> Weight;
    /// Settle: complete.
    fn settle_complete() -> Weight;
    /// Read the next entry of the agenda and its agreement.
    fn agenda_base() -> Weight;
}

/// For tests only.
impl WeightInfo for () {
    fn register_provider(_: u32) -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn update_provider(_: u32) -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn deregister_provider() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn register_service(_: u32) -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn remove_service() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn register_agreement(_: u32, _: u32) -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn discard_agreement() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn open_agreement() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn settle_activate() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn settle_propose() -> Weight {
        Weight::from_parts(2_000, 0)
    }
    fn settle_finalize() -> Weight {
        Weight::from_parts(4_000, 0)
    }
    fn settle_complete() -> Weight {
        Weight::from_parts(3_000, 0)
    }
    fn agenda_base() -> Weight {
        Weight::from_parts(100, 0)
    }
}
