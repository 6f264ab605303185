// SPDX-License-Identifier: Apache-2.0

//! Verdicts in dispute: claims, panels, appeal, arbiter, and the bonds.

use super::{accounts::Reason, verdict::part_up, AccountId, Block, Model, Outcome, DAY};
use codec::Encode;
use dsla_primitives::{
    verdict::{Indicator, Indicators},
    Balance, Moment, RoundId,
};
use sp_core::H256;
use sp_io::hashing::blake2_256;
use sp_runtime::Perbill;

/// The most claims.
const MAX_CLAIMS: usize = 8;
/// The smallest panel that decides, and the largest first one.
const PANEL: (u32, u32) = (3, 7);
/// The shortest window.
const MIN_WINDOW: Moment = 18_000;

/// What can be ruled: 0 is the proposed verdict, then the claims.
pub type Choice = u8;

/// What a member of a panel has committed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedVote {
    /// For what.
    pub choice: Choice,
    /// Stands for something random.
    pub salt: u8,
    /// Who can open it.
    pub bound_to: AccountId,
    /// On which panel: whether it is that of the appeal.
    pub appeal: bool,
}

/// How far a vote is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Vote {
    /// Nothing yet.
    Open,
    /// Committed to.
    Committed(SealedVote),
    /// Revealed.
    Revealed(Choice),
}

/// An appeal.
#[derive(Clone, Debug)]
pub struct Appeal {
    /// Whose.
    pub appellant: AccountId,
    /// What it put up.
    pub bond: Balance,
    /// The first panel.
    pub against: Vec<(AccountId, Vote)>,
    /// What that decided.
    pub decision: Choice,
}

/// How far a challenge is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Takes more claims.
    Collecting,
    /// Waits for randomness known only after this block.
    Drawing(u64),
    /// The panel commits.
    Voting,
    /// The panel reveals.
    Revealing,
    /// The first panel has decided this.
    Appealable(Choice),
    /// The arbiter may decide.
    Arbitration,
}

/// A challenge.
#[derive(Clone, Debug)]
pub struct Challenge {
    /// Who answers for the agreement.
    pub provider: AccountId,
    /// What was measured.
    pub proposed: Indicators,
    /// Who says what it was.
    pub claims: Vec<(AccountId, Indicators)>,
    /// What each of them put up.
    pub bonds: Vec<Balance>,
    /// What the first of them put up.
    pub base_bond: Balance,
    /// How far it is.
    pub stage: Stage,
    /// When that stage ends.
    pub until: Moment,
    /// The present panel.
    pub panel: Vec<(AccountId, Vote)>,
    /// The appeal.
    pub appeal: Option<Appeal>,
}

/// What was ruled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// What.
    pub choice: Choice,
    /// By whom.
    pub by: Decider,
}

/// Who rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decider {
    /// The first panel.
    Panel,
    /// The second panel.
    Appeal,
    /// The arbiter.
    Arbiter,
    /// Nobody.
    Default,
}

impl Challenge {
    fn indicators(&self, choice: Choice) -> Option<&Indicators> {
        if choice == 0 {
            Some(&self.proposed)
        } else {
            self.claims.get(choice as usize - 1).map(|(_, it)| it)
        }
    }

    /// What `who` stands by.
    pub fn side_of(&self, who: &AccountId) -> Choice {
        self.claims.iter().position(|(claimant, _)| claimant == who).map_or(0, |at| at as Choice + 1)
    }

    fn decision(&self) -> Option<Choice> {
        let votes: Vec<Choice> = self
            .panel
            .iter()
            .filter_map(|(_, vote)| if let Vote::Revealed(it) = vote { Some(*it) } else { None })
            .collect();
        if votes.is_empty() || 2 * votes.len() < self.panel.len() {
            return None;
        }
        let count = |choice| votes.iter().filter(|vote| **vote == choice).count();
        let most = (0..=MAX_CLAIMS as Choice).map(count).max()?;
        let leaders: Vec<Choice> = (0..=MAX_CLAIMS as Choice).filter(|choice| count(*choice) == most).collect();
        if leaders.len() == 1 {
            Some(leaders[0])
        } else {
            None
        }
    }
}

impl Model {
    fn is_party(&self, round: RoundId, who: &AccountId) -> bool {
        self.agreements[round.agreement.0 as usize].provider == *who
            || self.is_customer(round, who)
            || self.is_backer(round.agreement, who)
    }

    fn committee(&self, round: RoundId) -> Vec<AccountId> {
        self.agreements[round.agreement.0 as usize].terms_in(round.period).oracle.committee.to_vec()
    }

    pub(crate) fn challenge(&mut self, who: &AccountId, round: RoundId, indicators: &Indicators) -> Outcome {
        let now = self.now();
        if self.rulings.contains_key(&round) {
            return Err("ruled already");
        }
        let line = self.open_line(round).ok_or("not proposed")?.clone();
        let agreement = &self.agreements[round.agreement.0 as usize];
        let terms = agreement.terms_in(round.period).clone();
        let provider = agreement.provider.clone();
        let base_bond = self.params.base_bond.max(super::accounts::MINIMUM);
        let mut challenge = self.challenges.get(&round).cloned().unwrap_or(Challenge {
            provider,
            proposed: line.indicators,
            claims: Vec::new(),
            bonds: Vec::new(),
            base_bond,
            stage: Stage::Collecting,
            until: line.until,
            panel: Vec::new(),
            appeal: None,
        });
        if challenge.stage != Stage::Collecting || now >= challenge.until {
            return Err("too late");
        }
        if terms.oracle.committee.contains(who) || !self.is_party(round, who) {
            return Err("no party");
        }
        let fits = indicators.len() == terms.objectives.len()
            && indicators.iter().zip(&terms.objectives).all(|(indicator, objective)| match indicator {
                Indicator::NoData => true,
                Indicator::Value(value) => objective.bounds.min <= *value && *value <= objective.bounds.max,
            });
        let known = *indicators == challenge.proposed
            || challenge.claims.iter().any(|(claimant, it)| claimant == who || it == indicators);
        if !fits || known || challenge.claims.len() >= MAX_CLAIMS {
            return Err("implausible, known, or too many");
        }
        let bond = challenge.bonds.last().map_or(challenge.base_bond, |before| 2 * before);
        self.accounts.hold(who, Reason::Challenge, bond)?;
        if challenge.claims.is_empty() {
            self.suspend(round);
        }
        challenge.claims.push((who.clone(), indicators.clone()));
        challenge.bonds.push(bond);
        self.challenges.insert(round, challenge);
        self.see("challenge");
        Ok(())
    }

    /// Lets a stage begin that lasts for `window`.
    fn enter(&mut self, round: RoundId, stage: Stage, window: Moment, longest: Moment) {
        let until = self.now() + window.clamp(MIN_WINDOW, longest);
        let challenge = self.challenges.get_mut(&round).expect("it is open");
        (challenge.stage, challenge.until) = (stage, until);
    }

    fn vote_window(&self) -> (Moment, Moment) {
        (self.params.vote_window, 4 * DAY)
    }

    fn await_randomness(&mut self, round: RoundId) {
        let (window, longest) = self.vote_window();
        self.enter(round, Stage::Drawing(self.block.number), window, longest);
    }

    fn ask_arbiter(&mut self, round: RoundId, why: &'static str) {
        self.see(why);
        self.enter(round, Stage::Arbitration, self.params.arbitration_window, 14 * DAY);
    }

    fn is_due(&self, round: RoundId) -> bool {
        let challenge = &self.challenges[&round];
        let drawable = matches!(challenge.stage, Stage::Drawing(since) if since < self.block.known_since);
        drawable || challenge.until <= self.now()
    }

    pub(crate) fn advance(&mut self, round: RoundId) -> Outcome {
        if !self.challenges.contains_key(&round) || !self.is_due(round) {
            return Err("nothing is due");
        }
        self.move_on(round);
        Ok(())
    }

    /// First the draws that are possible, then what time makes due; each challenge once.
    pub(crate) fn serve_challenges(&mut self) {
        let mut waiting: Vec<(u64, RoundId)> = Vec::new();
        for (round, challenge) in &self.challenges {
            if let Stage::Drawing(since) = challenge.stage {
                waiting.push((since, *round));
            }
        }
        waiting.sort();
        for (since, round) in waiting {
            if since < self.block.known_since {
                self.move_on(round);
            }
        }
        let mut due: Vec<_> = self.challenges.iter().map(|(round, challenge)| (challenge.until, *round)).collect();
        due.sort();
        for (until, round) in due {
            if until <= self.now() {
                self.move_on(round);
            }
        }
    }

    fn move_on(&mut self, round: RoundId) {
        match self.challenges[&round].stage {
            Stage::Collecting => self.await_randomness(round),
            Stage::Drawing(since) if since < self.block.known_since => self.draw_panel(round),
            Stage::Drawing(_) => self.ask_arbiter(round, "no randomness"),
            Stage::Voting => self.enter(round, Stage::Revealing, self.params.reveal_window, 3 * DAY),
            Stage::Revealing => self.tally(round),
            Stage::Appealable(decision) => self.rule(round, decision, Decider::Panel),
            // Nobody gains by keeping a second panel from deciding: what the first one has decided stands.
            Stage::Arbitration => {
                let standing = self.challenges[&round].appeal.as_ref().map_or(0, |appeal| appeal.decision);
                self.rule(round, standing, Decider::Default);
            }
        }
    }

    fn draw_panel(&mut self, round: RoundId) {
        let challenge = self.challenges[&round].clone();
        let first = self.params.panel_size.clamp(PANEL.0, PANEL.1);
        let mut exclude = self.committee(round);
        exclude.push(challenge.provider.clone());
        exclude.extend(challenge.claims.iter().map(|(claimant, _)| claimant.clone()));
        let (mut size, mut least) = (first, PANEL.0);
        if let Some(appeal) = &challenge.appeal {
            exclude.push(appeal.appellant.clone());
            exclude.extend(appeal.against.iter().map(|(member, _)| member.clone()));
            let before = appeal.against.len() as u32;
            size = 2 * first.max(before) + 1;
            least = (before + 1).max(PANEL.0);
        }
        let drawn = self.draw(seed(&self.block, round, challenge.appeal.is_some()), size, &exclude);
        if (drawn.len() as u32) < least {
            return self.ask_arbiter(round, "too few reporters");
        }
        let panel = drawn.into_iter().map(|member| (member, Vote::Open)).collect();
        self.challenges.get_mut(&round).expect("it is open").panel = panel;
        let (window, longest) = self.vote_window();
        self.enter(round, Stage::Voting, window, longest);
        self.see("panel drawn");
    }

    fn tally(&mut self, round: RoundId) {
        let challenge = self.challenges[&round].clone();
        for (member, vote) in &challenge.panel {
            if !matches!(vote, Vote::Revealed(_)) {
                self.strike(member);
            }
        }
        match challenge.decision() {
            None => self.ask_arbiter(round, "panel undecided"),
            Some(decision) if challenge.appeal.is_some() => self.rule(round, decision, Decider::Appeal),
            Some(decision) => self.enter(round, Stage::Appealable(decision), self.params.appeal_window, 7 * DAY),
        }
    }

    fn voting(&mut self, who: &AccountId, round: RoundId, stage: Stage) -> Outcome<&mut Vote> {
        let now = self.now();
        let challenge = self.challenges.get_mut(&round).ok_or("no challenge")?;
        if challenge.stage != stage || now >= challenge.until {
            return Err("not now");
        }
        challenge.panel.iter_mut().find(|(member, _)| member == who).map(|(_, vote)| vote).ok_or("not on the panel")
    }

    pub(crate) fn commit_vote(&mut self, who: &AccountId, round: RoundId, sealed: &SealedVote) -> Outcome {
        let vote = self.voting(who, round, Stage::Voting)?;
        if *vote != Vote::Open {
            return Err("not again");
        }
        *vote = Vote::Committed(sealed.clone());
        Ok(())
    }

    pub(crate) fn reveal_vote(&mut self, who: &AccountId, round: RoundId, choice: Choice, salt: u8) -> Outcome {
        let known = self.challenges.get(&round).is_some_and(|challenge| challenge.indicators(choice).is_some());
        let appeal = self.challenges.get(&round).is_some_and(|challenge| challenge.appeal.is_some());
        let vote = self.voting(who, round, Stage::Revealing)?;
        let opens = *vote == Vote::Committed(SealedVote { choice, salt, bound_to: who.clone(), appeal });
        if !known || !opens {
            return Err("not what was committed to");
        }
        *vote = Vote::Revealed(choice);
        Ok(())
    }

    pub(crate) fn appeal(&mut self, who: &AccountId, round: RoundId) -> Outcome {
        let challenge = self.challenges.get(&round).ok_or("no challenge")?.clone();
        let Stage::Appealable(decision) = challenge.stage else { return Err("not now") };
        let takes_part = challenge.provider == *who || challenge.side_of(who) != 0;
        let may = takes_part || (!self.committee(round).contains(who) && self.is_party(round, who));
        if self.now() >= challenge.until || !may || challenge.side_of(who) == decision {
            return Err("too late, no party, or not lost");
        }
        let bond = 2 * challenge.base_bond;
        self.accounts.hold(who, Reason::Challenge, bond)?;
        let open = self.challenges.get_mut(&round).expect("it is open");
        let against = std::mem::take(&mut open.panel);
        open.appeal = Some(Appeal { appellant: who.clone(), bond, against, decision });
        self.await_randomness(round);
        self.see("appeal");
        Ok(())
    }

    pub(crate) fn arbitrate(&mut self, round: RoundId, choice: Choice) -> Outcome {
        let challenge = self.challenges.get(&round).ok_or("no challenge")?;
        let in_time = challenge.stage == Stage::Arbitration && self.now() < challenge.until;
        if !in_time || challenge.indicators(choice).is_none() {
            return Err("not now, or no such choice");
        }
        self.rule(round, choice, Decider::Arbiter);
        Ok(())
    }

    fn rule(&mut self, round: RoundId, choice: Choice, by: Decider) {
        let challenge = self.challenges.remove(&round).expect("it is open");
        self.settle_bonds(&challenge, choice, by);
        self.rulings.insert(round, Ruling { choice, by });
        let indicators = challenge.indicators(choice).expect("it can be chosen").clone();
        self.rule_period(round, &indicators);
        self.see(match by {
            Decider::Panel => "ruled by the panel",
            Decider::Appeal => "ruled on appeal",
            Decider::Arbiter => "ruled by the arbiter",
            Decider::Default => "ruled by default",
        });
        self.see(if choice == 0 { "challenge lost" } else { "challenge won" });
    }

    fn settle_bonds(&mut self, challenge: &Challenge, choice: Choice, by: Decider) {
        let mut bonds: Vec<(AccountId, Balance, bool)> = challenge
            .claims
            .iter()
            .zip(&challenge.bonds)
            .enumerate()
            .map(|(at, ((claimant, _), bond))| (claimant.clone(), *bond, at as Choice + 1 != choice))
            .collect();
        if let Some(appeal) = &challenge.appeal {
            bonds.push((appeal.appellant.clone(), appeal.bond, appeal.decision == choice));
        }
        if by == Decider::Default {
            for (who, bond, _) in bonds {
                let loss = part_up(bond, Perbill::from_percent(10));
                self.accounts.burn_held(&who, Reason::Challenge, loss);
                self.accounts.release(&who, Reason::Challenge, bond - loss);
            }
            return;
        }
        let mut lost = 0;
        for (who, bond, is_lost) in bonds {
            if is_lost {
                self.accounts.unhold(&who, Reason::Challenge, bond);
                lost += bond;
            } else {
                self.accounts.release(&who, Reason::Challenge, bond);
            }
        }
        let first = challenge.appeal.iter().flat_map(|appeal| appeal.against.iter());
        let right = |(_, vote): &&(AccountId, Vote)| *vote == Vote::Revealed(choice);
        let voters: Vec<&AccountId> = first.chain(&challenge.panel).filter(right).map(|(member, _)| member).collect();
        let quarter = lost / 4;
        let each = quarter.checked_div(voters.len() as u128).unwrap_or(0);
        let winner = if choice == 0 { &self.facts.treasury } else { &challenge.claims[choice as usize - 1].0 };
        self.accounts.give_out(&winner.clone(), quarter);
        for voter in &voters {
            self.accounts.give_out(voter, each);
        }
        self.accounts.burned += lost - quarter - each * voters.len() as u128;
    }
}

/// What a panel is drawn by: the randomness of the chain, for this panel alone.
fn seed(block: &Block, round: RoundId, appeal: bool) -> H256 {
    let mut subject = b"dsla/panel/v1".to_vec();
    subject.extend_from_slice(&round.encode());
    subject.push(appeal.into());
    subject.extend_from_slice(&block.randomness);
    H256(blake2_256(&subject))
}
