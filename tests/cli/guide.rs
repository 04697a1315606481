//! The guide and the rest of the product agree: lessons keep their answers, paths exist.

use std::collections::BTreeSet;
use std::path::Path;

use backend_gen::ground;
use backend_gen::lesson::Lessons;
use regex::Regex;

use crate::laws::{every_stack, every_surrounded};

/// Path and text of every chapter.
fn chapters() -> Vec<(String, String)> {
    let pages = ground::book().into_iter().filter(|(path, _)| path.ends_with(".md"));
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
    pages.map(|(path, bytes)| (path, text(&bytes))).collect()
}

/// What a rule points to must be written by the learner: to show it would give the answer away.
#[test]
fn no_listing_holds_what_a_lesson_asks_for() {
    let lessons = Lessons::bundled().unwrap();
    let rules = lessons.lessons.iter().flat_map(|lesson| &lesson.spec.rule);
    let places: BTreeSet<(&str, &str)> =
        rules.filter_map(|rule| rule.place.split_once('#')).collect();
    assert!(places.len() > 20, "{places:?}");
    let listing = Regex::new(r"(?m)^\{\{#listing (\S+?)( [^}]*)?\}\}").unwrap();
    let mut seen = 0;
    for (page, text) in chapters() {
        for found in listing.captures_iter(&text) {
            seen += 1;
            let words = found.get(2).map_or("", |words| words.as_str());
            let items = words.split_whitespace().take_while(|word| !word.contains('='));
            let items: Vec<&str> = items.collect();
            for (path, item) in places.iter().filter(|(path, _)| *path == &found[1]) {
                let shows = |it: &&str| it.rsplit("::").next() == Some(item);
                let whole = items.is_empty();
                assert!(!whole && !items.iter().any(shows), "{page} shows {path}#{item}");
            }
        }
    }
    assert!(seen > 50, "{seen} listings");
}

/// A reader opens what a chapter names.
#[test]
fn every_path_that_a_chapter_names_is_in_some_stack() {
    let trees = every_stack().iter().chain(every_surrounded()).map(|(_, _, tree)| tree);
    let mut paths = BTreeSet::new();
    for path in trees.flat_map(|tree| tree.keys()) {
        paths.extend(path.ancestors().map(Path::to_path_buf));
    }
    let named = Regex::new(r"`((?:src|migrations|tests|deploy)/[\w./-]*)`").unwrap();
    let fence = Regex::new(r"(?ms)^```.*?^```").unwrap();
    let mut lost = Vec::new();
    for (page, text) in chapters() {
        for found in named.captures_iter(&fence.replace_all(&text, "")) {
            let path = found[1].trim_end_matches('/');
            // a walk may write a file of its own
            let written = fence.find_iter(&text).any(|block| block.as_str().contains(path));
            if !written && !paths.contains(Path::new(path)) {
                lost.push(format!("{page}: {path}"));
            }
        }
    }
    assert!(lost.is_empty(), "{lost:#?}");
}
