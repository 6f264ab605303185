// SPDX-License-Identifier: Apache-2.0

//! The numbers of governance fit each other and what they are for; the documentation has them as they are.

use crate::common::{calls::every_call, chain};
use codec::Encode;
use dsla_runtime::{
    configs::{
        governance::{
            origins::Origin,
            tracks::Tracks,
            treasury::{RootLimit, TreasurerLimit},
        },
        safety::{Calls, ALWAYS_OPEN, OPEN_IN_SAFE_MODE},
    },
    constants::{
        currency::{DSLA, TOTAL_SUPPLY},
        governance::{
            Stages, ARBITRATION, CANCELLER, EMERGENCY, KILLER, PARAMETERS, PAYOUT_PERIOD, ROOT, SAFE_MODE, TREASURER,
            UNDECIDING_TIMEOUT, VOTE_LOCKING,
        },
        time::{DAYS, HOURS, MILLISECS_PER_BLOCK, MINUTES},
    },
    genesis_presets::DEVELOPMENT,
    parameters::{dynamic_params::challenges, ArbitrationTime},
    Balance, BlockNumber, OriginCaller, Runtime,
};
use frame_support::{dispatch::GetDispatchInfo, traits::Get};
use frame_system::RawOrigin;
use pallet_referenda::{Curve, TrackInfo, TracksInfo};
use sp_runtime::Perbill;
use std::{env, fmt::Write, fs, path::Path};

const ORIGINS: [Origin; 6] = [
    Origin::Treasurer,
    Origin::ParametersAdmin,
    Origin::Arbiter,
    Origin::Emergency,
    Origin::ReferendumCanceller,
    Origin::ReferendumKiller,
];

/// All stages, in the order of the tracks.
const STAGES: [(&str, Stages); 7] = [
    ("root", ROOT),
    ("treasurer", TREASURER),
    ("parameters", PARAMETERS),
    ("arbitration", ARBITRATION),
    ("emergency", EMERGENCY),
    ("referendum_canceller", CANCELLER),
    ("referendum_killer", KILLER),
];

fn tracks() -> Vec<(u16, String, TrackInfo<Balance, BlockNumber>)> {
    Tracks::tracks()
        .map(|track| {
            let name = String::from_utf8(track.info.name.to_vec()).expect("is text");
            (track.id, name.trim_end_matches('\0').to_string(), track.info.clone())
        })
        .collect()
}

#[test]
fn every_origin_should_have_the_track_of_its_number() {
    let mut origins: Vec<OriginCaller> = vec![RawOrigin::Root.into()];
    origins.extend(ORIGINS.map(OriginCaller::Origins));
    let tracks = tracks();
    assert_eq!((tracks.len(), STAGES.len()), (origins.len(), origins.len()));
    for (number, (origin, (id, name, info))) in origins.iter().zip(&tracks).enumerate() {
        assert_eq!((usize::from(*id), Tracks::track_for(origin)), (number, Ok(*id)));
        let (expected, stages) = &STAGES[number];
        assert_eq!(name, expected);
        assert_eq!(
            [info.prepare_period, info.decision_period, info.confirm_period, info.min_enactment_period],
            [stages.prepare, stages.decide, stages.confirm, stages.enact]
        );
    }
    assert_eq!(Tracks::track_for(&RawOrigin::None.into()), Err(()));
    assert_eq!(Tracks::track_for(&RawOrigin::Signed([1; 32].into()).into()), Err(()));
}

#[test]
fn the_index_of_an_origin_should_never_change() {
    for (index, origin) in ORIGINS.iter().enumerate() {
        assert_eq!(origin.encode(), [index as u8]);
    }
}

#[test]
fn more_should_always_agree_than_disagree() {
    for (_, name, info) in tracks() {
        for percent in 0..=100 {
            let at = Perbill::from_percent(percent);
            assert!(info.min_approval.threshold(at) > Perbill::from_percent(50), "{name}");
            // Somebody has to care.
            assert!(info.min_support.threshold(at) >= Perbill::from_percent(1), "{name}");
        }
    }
}

/// Half of all blocks may be missing, and somebody may have waited for a day before asking.
#[test]
fn the_arbiter_should_have_decided_before_the_challenge_ends_by_itself() {
    let window = sp_io::TestExternalities::default()
        .execute_with(|| <challenges::ArbitrationWindow as Get<ArbitrationTime>>::get().inner());
    let slowest = u64::from(ARBITRATION.longest() + DAYS) * MILLISECS_PER_BLOCK;
    assert!(2 * slowest <= window, "{slowest} twice is more than {window}");
    assert_eq!(ArbitrationTime::new(slowest), None, "less than {slowest} must be refused");
    assert!(ArbitrationTime::new(window).is_some());
}

#[test]
fn a_referendum_should_be_stopped_sooner_than_it_can_pass() {
    // What the emergency track does can be undone at once, so it need not be stopped.
    for (name, stages) in &STAGES[..4] {
        assert!(4 * CANCELLER.shortest() <= stages.prepare + stages.confirm, "{name}");
        assert!(KILLER.shortest() <= stages.prepare + stages.confirm, "{name}");
    }
    assert!(EMERGENCY.shortest() <= HOURS);
}

#[test]
fn whoever_decided_should_still_be_there_at_the_enactment() {
    for (name, stages) in STAGES {
        assert!(VOTE_LOCKING >= stages.enact, "{name}");
    }
}

#[test]
fn the_safe_mode_should_last_until_root_has_mended_things() {
    assert!(SAFE_MODE >= 2 * ROOT.shortest());
}

#[test]
fn only_root_should_pay_more_than_a_thousandth_of_the_supply() {
    assert_eq!(TreasurerLimit::get(), TOTAL_SUPPLY / 1_000);
    // The pallet tells the two apart by their limits.
    assert_ne!(TreasurerLimit::get(), RootLimit::get());
}

/// A scheduled call that is too heavy is never made; an upgrade that does not fit into a block never comes.
#[test]
fn whatever_is_approved_should_fit_into_a_block() {
    let scheduler = <Runtime as pallet_scheduler::Config>::MaximumWeight::get();
    let blocks: frame_system::limits::BlockWeights = <Runtime as frame_system::Config>::BlockWeights::get();
    for example in every_call() {
        let weight = example.call.get_dispatch_info().call_weight;
        assert!(weight.all_lte(scheduler), "{}.{}: {weight}", example.pallet, example.name);
        if example.name == "apply_authorized_upgrade" {
            let class = example.call.get_dispatch_info().class;
            assert!(weight.all_lte(blocks.get(class).max_extrinsic.expect("is limited")));
        }
    }
}

#[test]
fn genesis_should_have_nothing_paused_vesting_or_scheduled() {
    chain(DEVELOPMENT).execute_with(|| {
        assert!(!dsla_runtime::SafeMode::is_entered());
        assert_eq!(pallet_tx_pause::PausedCalls::<Runtime>::iter().count(), 0);
        assert_eq!(pallet_vesting::Vesting::<Runtime>::iter().count(), 0);
        assert_eq!(pallet_scheduler::Agenda::<Runtime>::iter().count(), 0);
    });
}

fn time(blocks: BlockNumber) -> String {
    match blocks {
        blocks if blocks % DAYS == 0 => format!("{} d", blocks / DAYS),
        blocks if blocks % HOURS == 0 => format!("{} h", blocks / HOURS),
        blocks => format!("{} min", blocks / MINUTES),
    }
}

fn amount(planck: Balance) -> String {
    let digits = (planck / DSLA).to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap()).collect();
    groups.join(",")
}

fn curve(curve: &Curve) -> String {
    let Curve::LinearDecreasing { length, floor, ceil } = curve else { panic!("all are lines") };
    assert!(length.is_one() && floor <= ceil);
    format!("{} → {} %", ceil.mul_floor(100u32), floor.mul_ceil(100u32))
}

fn names(table: &[(&str, Calls)]) -> String {
    let lines = table.iter().map(|(pallet, calls)| match calls {
        Calls::All => format!("- `{pallet}`: all\n"),
        Calls::Only(names) => {
            format!("- `{pallet}`: {}\n", names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))
        }
    });
    lines.collect()
}

/// What the documentation has of the code: the part between the two comments of each name.
fn generated() -> Vec<(&'static str, String)> {
    let mut table = String::from(
        "| | track | deposit, DSLA | at once | prepare | decide | confirm | enact | approval | support |\n\
         |---|---|---|---|---|---|---|---|---|---|\n",
    );
    for (id, name, info) in tracks() {
        let [prepare, decide, confirm, enact] =
            [info.prepare_period, info.decision_period, info.confirm_period, info.min_enactment_period].map(time);
        writeln!(
            table,
            "| {id} | `{name}` | {} | {} | {prepare} | {decide} | {confirm} | {enact} | {} | {} |",
            amount(info.decision_deposit),
            info.max_deciding,
            curve(&info.min_approval),
            curve(&info.min_support)
        )
        .expect("a string takes everything");
    }
    let others = format!(
        "| what | value |\n|---|---|\n\
         | deposit for a submission | {} DSLA |\n\
         | a referendum without decision deposit lapses after | {} |\n\
         | a vote with conviction 1 is locked for | {} |\n\
         | the most one call of the treasurer pays | {} DSLA |\n\
         | a payment can be called for | {} |\n\
         | one decision keeps the safe mode | {} |\n",
        amount(<Runtime as pallet_referenda::Config>::SubmissionDeposit::get()),
        time(UNDECIDING_TIMEOUT),
        time(VOTE_LOCKING),
        amount(TreasurerLimit::get()),
        time(PAYOUT_PERIOD),
        time(SAFE_MODE),
    );
    vec![
        ("tracks", table),
        ("numbers", others),
        ("always open", names(ALWAYS_OPEN)),
        ("open in safe mode", names(OPEN_IN_SAFE_MODE)),
    ]
}

/// `BLESS=1 cargo test -p dsla-runtime --test it governance` writes them anew after a change on purpose.
#[test]
fn the_documentation_should_have_the_numbers_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/design/governance.md");
    let mut text = fs::read_to_string(&path).expect("the documentation is there");
    let mut wrong = Vec::new();
    for (name, expected) in generated() {
        let [begin, end] = ["begin", "end"].map(|side| format!("<!-- {name}: {side} -->\n"));
        let from = text.find(&begin).unwrap_or_else(|| panic!("{begin} is there")) + begin.len();
        let to = text.find(&end).unwrap_or_else(|| panic!("{end} is there"));
        if text[from..to] != expected {
            text.replace_range(from..to, &expected);
            wrong.push(name);
        }
    }
    if env::var_os("BLESS").is_some() {
        fs::write(&path, text).expect("the documentation can be written");
    } else {
        assert!(wrong.is_empty(), "{wrong:?} of {} are not of this runtime; write them with BLESS=1", path.display());
    }
}
