// SPDX-License-Identifier: Apache-2.0

//! A long search: `search [evaluations per attack] [seed] [threads] [part of a name]`.

use dsla_attacks::{attacks, limits, search::search, Make};
use dsla_primitives::Balance;
use std::{
    process::ExitCode,
    sync::{
        atomic::{AtomicUsize, Ordering},
        Mutex,
    },
    time::{Duration, Instant},
};

/// How often an attack tells how far it is.
const EVERY: Duration = Duration::from_secs(30);

struct Job {
    name: &'static str,
    bound: Balance,
    pays: bool,
    real: Make,
}

struct Done {
    evaluated: u64,
    profit: i128,
    strategy: String,
    seconds: u64,
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, default: u64| args.get(at).map_or(default, |text| text.parse().expect("a number"));
    let (budget, seed, threads) = (number(0, 1_000), number(1, 1), number(2, 1));
    let part = args.get(3).cloned().unwrap_or_default();
    let sound = attacks().into_iter().map(|a| Job { name: a.name, bound: a.dust, pays: false, real: a.real });
    let unsound = limits().into_iter().map(|l| Job { name: l.name, bound: l.at_most, pays: true, real: l.real });
    let jobs: Vec<Job> = sound.chain(unsound).filter(|job| job.name.contains(&part)).collect();
    let (next, begin) = (AtomicUsize::new(0), Instant::now());
    let done = Mutex::new(jobs.iter().map(|_| None).collect::<Vec<Option<Done>>>());
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                while let Some((index, job)) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    jobs.get(index).map(|job| (index, job))
                } {
                    let found = run(job, budget, seed, begin);
                    done.lock().expect("nobody panics with it")[index] = Some(found);
                }
            });
        }
    });
    table(&jobs, &done.into_inner().expect("nobody panics with it"))
}

fn run(job: &Job, budget: u64, seed: u64, begin: Instant) -> Done {
    let (mut game, started, mut told) = ((job.real)(), Instant::now(), Instant::now());
    let found = search(&mut *game, budget, seed, &mut |evaluated, best| {
        if told.elapsed() >= EVERY {
            told = Instant::now();
            println!("{:>6} s  {}: {evaluated} of {budget}, best {best}", begin.elapsed().as_secs(), job.name);
        }
    });
    println!("{:>6} s  {}: done, {} by {}", begin.elapsed().as_secs(), job.name, found.profit, found.strategy);
    let seconds = started.elapsed().as_secs();
    Done { evaluated: found.evaluated, profit: found.profit, strategy: found.strategy, seconds }
}

fn table(jobs: &[Job], done: &[Option<Done>]) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for pays in [false, true] {
        let title = if pays { ["attack that pays", "at most"] } else { ["attack", "dust"] };
        println!("\n| {} | strategies | seconds | best profit, plancks | DSLA | {}, DSLA |", title[0], title[1]);
        println!("|---|---|---|---|---|---|");
        for (job, done) in jobs.iter().zip(done).filter(|(job, _)| job.pays == pays) {
            let Some(Done { evaluated, profit, seconds, .. }) = done else { continue };
            let (name, bound) = (job.name, dsla(job.bound as i128));
            println!("| {name} | {evaluated} | {seconds} | {profit} | {} | {bound} |", dsla(*profit));
            if *profit > job.bound as i128 {
                code = ExitCode::FAILURE;
            }
        }
    }
    println!();
    for (job, done) in jobs.iter().zip(done) {
        if let Some(Done { strategy, .. }) = done {
            println!("{}: {strategy}", job.name);
        }
    }
    code
}

/// In DSLA, with all decimals that are not zero.
fn dsla(plancks: i128) -> String {
    const ONE: u128 = 1_000_000_000_000_000_000;
    let (sign, amount) = (if plancks < 0 { "-" } else { "" }, plancks.unsigned_abs());
    let text = format!("{sign}{}.{:018}", amount / ONE, amount % ONE);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
