//! Few stacks in which every pair of choices occurs.

use std::collections::BTreeSet;

use backend_gen::Stack;

type Pair = ((String, String), (String, String));

/// Takes the stack with the most new pairs until there is none left; the defaults come first.
pub fn cover(all: &[Stack]) -> Vec<Stack> {
    let mut missing: BTreeSet<Pair> = all.iter().flat_map(pairs).collect();
    let mut chosen = Vec::new();
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
    use backend_gen::catalog::Catalog;

    use super::*;

    #[test]
    fn every_pair_of_choices_occurs_in_few_stacks() {
        let catalog = Catalog::bundled().expect("the templates load");
        let all = catalog.stacks();
        let few = cover(&all);
        let of = |stacks: &[Stack]| stacks.iter().flat_map(pairs).collect::<BTreeSet<_>>();
        assert_eq!(of(&few), of(&all));
        assert!(few.len() <= 12, "{}", few.len());
    }
}
