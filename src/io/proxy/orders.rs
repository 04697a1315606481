//! What a passage was told to do, and how far it has come with it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What becomes of all that is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    #[default]
    Pass,
    /// It is so late.
    Delay(Duration),
    Stall,
    /// So many statements more go through, on all connections together.
    StallAfter(u64),
    Cut,
}

/// What becomes of one piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    Goes(Duration),
    Waits,
    /// Its connection does.
    Ends,
}

/// Shared by all connections of a passage.
#[derive(Default)]
pub struct Orders(Mutex<State>);

#[derive(Default)]
struct State {
    mode: Mode,
    /// Statements since then.
    passed: u64,
    stalled: bool,
    /// Connections of an earlier era are to end.
    era: u64,
    ended: bool,
}

impl Orders {
    /// From now on it does this.
    pub fn tell(&self, mode: Mode) {
        let mut state = self.state();
        if state.stalled || mode == Mode::Cut {
            state.era += 1;
        }
        (state.mode, state.passed, state.stalled) = (mode, 0, mode == Mode::Stall);
    }

    /// After how many statements it has stalled, if it has.
    pub fn stalled(&self) -> Option<u64> {
        let state = self.state();
        state.stalled.then_some(state.passed)
    }

    /// Every connection ends, and no other begins.
    pub fn end(&self) {
        self.state().ended = true;
    }

    /// The era of a connection that begins, when it may.
    pub fn enter(&self) -> Option<u64> {
        let state = self.state();
        (state.mode != Mode::Cut && !state.ended).then_some(state.era)
    }

    /// What becomes of a piece on a connection of that era. A statement that goes is counted.
    pub fn turn(&self, era: u64, statement: bool) -> Turn {
        let mut state = self.state();
        if state.ended || state.era != era {
            return Turn::Ends;
        }
        if let Mode::StallAfter(most) = state.mode
            && statement
            && state.passed >= most
        {
            state.stalled = true;
        }
        if state.stalled {
            return Turn::Waits;
        }
        state.passed += u64::from(statement);
        match state.mode {
            Mode::Delay(delay) => Turn::Goes(delay),
            _ => Turn::Goes(Duration::ZERO),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
