// SPDX-License-Identifier: Apache-2.0

//! The search for the best strategy: a grid over coarse values of all knobs, then random restarts with greedy mutation.

use crate::world::calls_that_worked;
use std::collections::HashSet;

/// A number that a strategy chooses: below `size`. 0 is what an honest party does.
#[derive(Clone, Debug)]
pub struct Knob {
    /// Its name.
    pub name: String,
    /// How many values it has.
    pub size: u8,
    /// The values that the grid tries.
    pub coarse: Vec<u8>,
}

/// A knob with `size` values of which the grid tries `coarse`.
pub fn knob(name: impl Into<String>, size: u8, coarse: &[u8]) -> Knob {
    Knob { name: name.into(), size, coarse: coarse.to_vec() }
}

/// A setting in which a coalition of attackers chooses a strategy.
pub trait Game {
    /// The knobs of a strategy.
    fn knobs(&self) -> Vec<Knob>;
    /// What the coalition has in the end more than when it behaves honestly, in plancks.
    fn profit(&mut self, genes: &[u8]) -> i128;
}

/// What a search has found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The best strategy.
    pub genes: Vec<u8>,
    /// Its profit.
    pub profit: i128,
    /// How many strategies were evaluated.
    pub evaluated: u64,
    /// How many of them differed from honest behaviour in their profit or in how many calls the chain has taken.
    pub mattered: u64,
    /// The best strategy, knob by knob.
    pub strategy: String,
}

/// Random numbers (splitmix64).
pub struct Random(u64);

impl Random {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % limit.max(1)
    }
}

/// A search that runs.
pub struct Search<'a> {
    game: &'a mut dyn Game,
    knobs: Vec<Knob>,
    seen: HashSet<Vec<u8>>,
    best: (Vec<u8>, i128),
    evaluated: u64,
    mattered: u64,
    honest: Option<u64>,
    budget: u64,
    progress: &'a mut dyn FnMut(u64, i128),
}

/// Looks for the strategy with the highest profit, with at most `budget` evaluations. `progress` hears of each.
pub fn search(game: &mut dyn Game, budget: u64, seed: u64, progress: &mut dyn FnMut(u64, i128)) -> Found {
    let knobs = game.knobs();
    let honest = vec![0; knobs.len()];
    let mut search = Search {
        game,
        knobs,
        seen: HashSet::new(),
        best: (honest, i128::MIN),
        evaluated: 0,
        mattered: 0,
        honest: None,
        budget,
        progress,
    };
    search.evaluate(&vec![0; search.knobs.len()]);
    search.grid();
    let mut random = Random::new(seed);
    // The first climb goes on from the best of the grid.
    let mut from = search.best.clone();
    while search.evaluated < search.budget {
        let before = search.evaluated;
        search.climb(from, &mut random);
        let start = search.random(&mut random);
        let profit = search.evaluate(&start).unwrap_or(i128::MIN);
        from = (start, profit);
        // A small space has been seen as a whole.
        if search.evaluated == before && search.is_exhausted() {
            break;
        }
    }
    let Search { knobs, best: (genes, profit), evaluated, mattered, .. } = search;
    let parts = knobs.iter().zip(&genes).filter(|(_, gene)| **gene > 0);
    let strategy = parts.map(|(knob, gene)| format!("{}={gene}", knob.name)).collect::<Vec<_>>().join(" ");
    Found { genes, profit, evaluated, mattered, strategy: if strategy.is_empty() { "honest".into() } else { strategy } }
}

impl Search<'_> {
    /// The profit of a strategy that has not been seen; `None` when it has, or when the budget is spent.
    fn evaluate(&mut self, genes: &[u8]) -> Option<i128> {
        if self.evaluated >= self.budget || !self.seen.insert(genes.to_vec()) {
            return None;
        }
        self.evaluated += 1;
        let before = calls_that_worked();
        let profit = self.game.profit(genes);
        let worked = calls_that_worked() - before;
        // The first strategy is the honest one.
        let honest = *self.honest.get_or_insert(worked);
        self.mattered += u64::from(profit != 0 || worked != honest);
        if profit > self.best.1 {
            self.best = (genes.to_vec(), profit);
        }
        (self.progress)(self.evaluated, self.best.1);
        Some(profit)
    }

    /// Every combination of coarse values, or as many of them as fit a third of the budget, spread evenly.
    fn grid(&mut self) {
        let sizes: Vec<u128> = self.knobs.iter().map(|knob| knob.coarse.len().max(1) as u128).collect();
        let all = sizes.iter().fold(1u128, |product, size| product.saturating_mul(*size));
        let room = u128::from(self.budget / 3).max(1);
        // A stride that shares no factor with the small sizes, so that no knob stands still.
        let stride = (all / room).max(1) | 1;
        let mut point = 0;
        while point < all {
            let mut rest = point;
            let mut genes = Vec::with_capacity(sizes.len());
            for (knob, size) in self.knobs.iter().zip(&sizes) {
                genes.push(knob.coarse.get((rest % size) as usize).copied().unwrap_or(0));
                rest /= size;
            }
            self.evaluate(&genes);
            if self.evaluated >= self.budget {
                return;
            }
            point += stride;
        }
    }

    /// Half of the knobs random, the others honest.
    fn random(&self, random: &mut Random) -> Vec<u8> {
        let value = |knob: &Knob, random: &mut Random| random.below(u64::from(knob.size)) as u8;
        self.knobs.iter().map(|knob| if random.below(2) == 0 { 0 } else { value(knob, random) }).collect()
    }

    /// Mutates greedily until nothing better was found for a while.
    fn climb(&mut self, (mut genes, mut profit): (Vec<u8>, i128), random: &mut Random) {
        let patience = 4 * self.knobs.len() as u64 + 10;
        let mut failures = 0;
        while failures < patience && self.evaluated < self.budget {
            failures += 1;
            let mutant = self.mutate(&genes, random);
            if let Some(found) = self.evaluate(&mutant) {
                if found > profit {
                    failures = 0;
                }
                if found >= profit {
                    (genes, profit) = (mutant, found);
                }
            }
        }
    }

    fn mutate(&self, genes: &[u8], random: &mut Random) -> Vec<u8> {
        let mut mutant = genes.to_vec();
        for _ in 0..1 + random.below(3) {
            let at = random.below(genes.len() as u64) as usize;
            let size = self.knobs[at].size;
            mutant[at] = match random.below(4) {
                0 => 0,
                1 => mutant[at].saturating_add(1).min(size - 1),
                2 => mutant[at].saturating_sub(1),
                _ => random.below(u64::from(size)) as u8,
            };
        }
        mutant
    }

    fn is_exhausted(&self) -> bool {
        let all = self.knobs.iter().fold(1u64, |product, knob| product.saturating_mul(u64::from(knob.size)));
        self.evaluated >= all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hill in many dimensions, with a plain around it.
    struct Hill;

    impl Game for Hill {
        fn knobs(&self) -> Vec<Knob> {
            (0..6).map(|i| knob(format!("k{i}"), 20, &[0, 10])).collect()
        }
        fn profit(&mut self, genes: &[u8]) -> i128 {
            -genes.iter().map(|gene| i128::from(*gene).abs_diff(13) as i128).sum::<i128>()
        }
    }

    #[test]
    fn search_should_find_the_top_of_a_hill() {
        let found = search(&mut Hill, 3_000, 1, &mut |_, _| {});
        assert_eq!((found.profit, found.genes), (0, vec![13; 6]));
    }

    #[test]
    fn search_should_keep_to_its_budget_and_be_repeatable() {
        let run = |seed| search(&mut Hill, 100, seed, &mut |_, _| {});
        assert_eq!(run(5).evaluated, 100);
        assert_eq!(run(5).genes, run(5).genes);
    }

    /// Four strategies.
    struct Tiny;

    impl Game for Tiny {
        fn knobs(&self) -> Vec<Knob> {
            vec![knob("a", 2, &[0, 1]), knob("b", 2, &[0])]
        }
        fn profit(&mut self, genes: &[u8]) -> i128 {
            i128::from(genes[0] + 2 * genes[1])
        }
    }

    #[test]
    fn search_should_end_when_it_has_seen_everything() {
        let found = search(&mut Tiny, 1_000, 1, &mut |_, _| {});
        assert_eq!((found.profit, found.evaluated), (3, 4));
    }
}
