//! A steady stream of the same request: how many of its answers may be wrong, or missing.

use crate::judge::{Known, Reply, Wrong, single};
use crate::lesson::step::Step;

/// Whether at most so much of all went wrong, each judged as if it were the only one.
pub fn judge(step: &Step, percent: usize, replies: &[Reply], known: &Known) -> Result<(), Wrong> {
    let of = replies.len();
    if of < LEAST {
        let expected = format!("a steady stream, of {LEAST} requests at least");
        return Err(Wrong::new(expected, format!("{of} within the time that there is")));
    }
    let wrong = replies.iter().filter_map(|reply| single::judge(step, reply, known).err());
    let wrong: Vec<Wrong> = wrong.collect();
    match wrong.first() {
        Some(first) if wrong.len() * 100 > percent * of => {
            let least = 100 - percent;
            let expected = format!("in {least} of 100 answers: {}", first.expected);
            Err(Wrong::new(
                expected,
                format!("wrong in {} of {of}, such as {}", wrong.len(), first.got),
            ))
        }
        _ => Ok(()),
    }
}

/// Enough that what is lost when an instance goes does not weigh as much as what is lost after it.
pub const LEAST: usize = 300;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::check::Answer;

    #[test]
    fn a_few_may_be_lost_and_more_may_not() {
        let step: Step =
            toml::from_str("await = \"x\"\nstatus = 200\nexpect = { \"/n\" = 1 }").unwrap();
        let reply = |n: usize| Reply {
            answer: Ok(Answer { status: 200, headers: vec![], body: format!("{{\"n\":{n}}}") }),
            took: Duration::ZERO,
        };
        let lost = || Reply { answer: Err("no answer".into()), took: Duration::ZERO };
        let judged = |good: usize, bad: Vec<Reply>| {
            let replies: Vec<Reply> = (0..good).map(|_| reply(1)).chain(bad).collect();
            judge(&step, 1, &replies, &Known::default())
        };
        assert!(judged(300, vec![]).is_ok());
        assert!(judged(297, vec![reply(0), lost(), lost()]).is_ok());
        let wrong = judged(296, vec![reply(0), lost(), lost(), lost()]).unwrap_err();
        assert_eq!(wrong.expected, "in 99 of 100 answers: `/n` to be `1`");
        assert!(
            wrong.got.starts_with("wrong in 4 of 300, such as `0`; status 200"),
            "{}",
            wrong.got
        );
        let few = judged(LEAST - 1, vec![]).unwrap_err();
        assert!(few.got.starts_with("299 within"), "{}", few.got);
    }
}
