//! Few stacks in which every pair of choices occurs.

use std::collections::BTreeSet;

use anyhow::Result;
use backend_gen::Stack;
use backend_gen::catalog::Catalog;

type Pair = ((String, String), (String, String));

/// The shortest list found that begins with the default stack.
pub fn cover(catalog: &Catalog) -> Result<Vec<Stack>> {
    let all = catalog.stacks();
    let default = Stack::choose(catalog, [])?;
    let lists = all.iter().map(|second| complete(&all, [&default, second]));
    Ok(lists.min_by_key(Vec::len).unwrap_or_default())
}

/// One stack of that list for each option of the first axis that is asked for.
pub fn few(catalog: &Catalog) -> Result<Vec<Stack>> {
    let mut seen = BTreeSet::new();
    let first = |stack: &Stack| stack.choices().next().map(|(_, option)| option.to_string());
    Ok(cover(catalog)?.into_iter().filter(|stack| seen.insert(first(stack))).collect())
}

/// Takes the stack with the most new pairs until there is none left.
fn complete(all: &[Stack], begun: [&Stack; 2]) -> Vec<Stack> {
    let mut missing: BTreeSet<Pair> = all.iter().flat_map(pairs).collect();
    let mut chosen = Vec::new();
    for stack in begun {
        missing.retain(|pair| !pairs(stack).contains(pair));
        if !chosen.contains(stack) {
            chosen.push(stack.clone());
        }
    }
    while !missing.is_empty() {
        let new =
            |stack: &&Stack| pairs(stack).iter().filter(|pair| missing.contains(pair)).count();
        // of equals the first in the order of the catalogue, so that runs are alike
        let Some(best) = all.iter().rev().max_by_key(new) else { break };
        for pair in pairs(best) {
            missing.remove(&pair);
        }
        chosen.push(best.clone());
    }
    chosen
}

fn pairs(stack: &Stack) -> Vec<Pair> {
    let owned = |(axis, option): (&str, &str)| (axis.to_string(), option.to_string());
    let choices: Vec<_> = stack.choices().map(owned).collect();
    let pairs = choices.iter().enumerate().flat_map(|(at, first)| {
        choices[at + 1..].iter().map(move |second| (first.clone(), second.clone()))
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_choices_occurs_in_few_stacks() {
        let catalog = Catalog::bundled().expect("the templates load");
        let all = catalog.stacks();
        let cover = cover(&catalog).expect("a list");
        let of = |stacks: &[Stack]| stacks.iter().flat_map(pairs).collect::<BTreeSet<_>>();
        assert_eq!(of(&cover), of(&all));
        // nine are needed for three databases with three kinds of authentication
        assert!(cover.len() <= 10, "{}", cover.len());
        assert_eq!(few(&catalog).expect("a list").len(), 3);
    }
}
