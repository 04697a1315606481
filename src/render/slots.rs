//! Slots of seams: lines that a layer brings only beside some other choice, so that no seam branches.

use std::collections::BTreeMap;

use crate::catalog::Layer;
use crate::catalog::spec::Fill;
use crate::name::Name;

/// The name as hosts allow it: letters, digits and dashes.
pub fn host(name: &Name) -> String {
    let dashed = name.as_str().replace('_', "-");
    let short: String = dashed.chars().take(LONGEST).collect();
    short.trim_end_matches('-').to_string()
}

/// Every slot that these layers have, with what holds in it beside them. Words in braces are
/// filled in.
pub fn of<'a>(layers: &[&'a Layer], name: &Name) -> BTreeMap<&'a str, Vec<String>> {
    let health = layers.iter().find_map(|layer| layer.spec.health.as_ref());
    let ready = health.map_or("", |health| &health.ready);
    let host = host(name);
    let words = |line: &String| {
        let line = line.replace("{host}", &host).replace("{name}", name.as_str());
        line.replace("{ready}", ready)
    };
    let holds =
        |fill: &Fill| fill.with.ids().iter().all(|id| layers.iter().any(|layer| layer.id == *id));
    let mut slots: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for fill in layers.iter().flat_map(|layer| &layer.spec.fill) {
        let slot = slots.entry(&fill.slot).or_default();
        if holds(fill) {
            slot.extend(fill.lines.iter().map(words));
        }
    }
    slots
}

/// With an ending that a host adds it stays below the 63 characters of a label in a domain.
const LONGEST: usize = 48;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::stack::Stack;

    /// What a slot of database `a` holds beside an API, when it is filled so.
    fn filled(fill: &str, api: &str) -> Vec<String> {
        let option = format!("title = 'A'\nsummary = 'a'\n[[fill]]\nslot = 'x'\n{fill}");
        let catalog = fixture::catalog(&[("db/a/option.toml", &option)]);
        let stack = Stack::choose(&catalog, [("api", api)]).unwrap();
        of(&stack.layers(&catalog), &Name::parse("demo", &[]).unwrap())["x"].clone()
    }

    #[test]
    fn a_slot_is_there_also_when_nothing_fills_it() {
        let fill = "with = 'api.y'\nlines = ['{host}', '2']\n";
        assert_eq!(filled(fill, "y"), ["demo", "2"]);
        assert!(filled(fill, "x").is_empty());
    }

    #[test]
    fn a_slot_can_ask_for_two_choices() {
        let fill = "with = ['db.a', 'api.y']\nlines = ['1']\n";
        assert_eq!(filled(fill, "y"), ["1"]);
        assert!(filled(fill, "x").is_empty());
    }

    #[test]
    fn a_host_takes_no_underscores() {
        let host = |name: &str| host(&Name::parse(name, &[]).unwrap());
        assert_eq!(host("my-back_end-2"), "my-back-end-2");
        assert_eq!(host("demo_"), "demo");
    }
}
