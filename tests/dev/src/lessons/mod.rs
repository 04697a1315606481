//! `cargo dev lessons`: proves each lesson: its start fails, its solution passes, its mutants fail by name.

mod bench;
mod idle;
mod record;
mod turn;

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use backend_gen::Stack;
use backend_gen::catalog::Catalog;
use backend_gen::lesson::{Lesson, Lessons};

use crate::{pairs, work};
use bench::Bench;
use record::Record;

/// Which lessons, and on which stacks.
#[derive(clap::Args)]
pub struct Proof {
    /// These alone, such as `W0`.
    #[arg(long = "lesson")]
    lessons: Vec<String>,
    /// Each check so often.
    #[arg(long, default_value_t = 1)]
    flakes: usize,
    /// A set of stacks with every pair of choices.
    #[arg(long)]
    all: bool,
    /// These alone, such as `sqlite-session-rest-memory`.
    #[arg(long = "stack")]
    stacks: Vec<String>,
    /// The second of three parts of these stacks, such as `2/3`, when several machines share them.
    #[arg(long, value_name = "PART", value_parser = part)]
    part: Option<(usize, usize)>,
    /// Two more, whose turn it is: one here and one on another stack. A hexadecimal number, such as
    /// that of a commit.
    #[arg(long, value_name = "NUMBER")]
    turn: Option<String>,
    /// Those too that have not changed since they were proven.
    #[arg(long)]
    anew: bool,
    /// Without the lints, and without the project's own tests.
    #[arg(long)]
    quick: bool,
    /// Lessons from another folder.
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
}

/// What came of one state of a lesson on one stack.
struct Cell {
    lesson: String,
    stack: String,
    state: String,
    /// Why it is not as it should be; nothing when it is.
    wrong: Option<String>,
    seconds: f64,
}

/// Proves, and prints the table. A cell that is not offered says why.
pub fn run(proof: &Proof) -> Result<bool> {
    let catalog = work::catalog()?;
    let from = proof.from.clone().unwrap_or_else(|| work::root().join("lessons"));
    let lessons = Lessons::from_dir(&from)?;
    let stacks = stacks(&catalog, &lessons, proof)?;
    let named = |id: &str| {
        proof.lessons.is_empty() || proof.lessons.iter().any(|it| it.eq_ignore_ascii_case(id))
    };
    let chosen: Vec<&Lesson> = lessons.lessons.iter().filter(|it| named(it.id())).collect();
    ensure!(!chosen.is_empty(), "there is no such lesson");
    std::fs::create_dir_all(home().join(".cargo"))?;
    std::fs::write(home().join(".cargo").join("config.toml"), CONFIG)?;
    // the rules of this repository are not those of a lesson
    std::fs::write(home().join(".clippy.toml"), "")?;
    let named = stacks.iter().flat_map(|stack| chosen.iter().map(move |it| (stack.clone(), *it)));
    let mut all: Vec<(Stack, &Lesson)> = named.collect();
    if let Some(number) = &proof.turn {
        let here = stacks.first().context("there is no stack")?;
        all.extend(turn::of(number, here, &pairs::few(&catalog)?, &lessons)?);
    }
    let (mut cells, mut record, mut known) = (Vec::new(), Record::read()?, 0);
    for (stack, lesson) in &all {
        if let Some(why) = lesson.refused(stack) {
            println!("-     {:<4} {:<32} not offered: {why}", lesson.id(), stack.key());
            continue;
        }
        let bench = Bench { catalog: &catalog, lessons: &lessons, lesson, stack, proof };
        // each commit proves some anew, and who asks for one lesson wants to see it
        if proof.all && !proof.anew && proof.flakes == 1 && record.holds(&bench)? {
            println!("ok    {:<4} {:<32} unchanged since it was proven", lesson.id(), stack.key());
            known += 1;
            continue;
        }
        let before = cells.len();
        bench.cells(&mut |cell| {
            show(&cell);
            cells.push(cell);
        });
        if cells[before..].iter().all(|cell| cell.wrong.is_none()) {
            record.insert(&bench)?;
        }
    }
    let failed = cells.iter().filter(|cell| cell.wrong.is_some()).count();
    println!("{known} lessons are known from before");
    println!("{} passed, {failed} failed", cells.len() - failed);
    Ok(failed == 0 && cells.len() + known > 0)
}

fn show(cell: &Cell) {
    let mark = if cell.wrong.is_none() { "ok  " } else { "FAIL" };
    let Cell { lesson, stack, state, seconds, .. } = cell;
    println!("{mark}  {lesson:<4} {stack:<32} {state:<28} {seconds:>5.1} s");
    if let Some(wrong) = &cell.wrong {
        println!("      {}", wrong.replace('\n', "\n      "));
    }
}

/// `2/3`
fn part(text: &str) -> Result<(usize, usize), String> {
    let numbers = text.split_once('/').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
    match numbers {
        Some((part, of)) if (1..=of).contains(&part) => Ok((part, of)),
        _ => Err("a part is such as `2/3`".to_string()),
    }
}

/// Those of one part: every so manieth.
fn stacks(catalog: &Catalog, lessons: &Lessons, proof: &Proof) -> Result<Vec<Stack>> {
    let (part, of) = proof.part.unwrap_or((1, 1));
    Ok(chosen(catalog, lessons, proof)?.into_iter().skip(part - 1).step_by(of).collect())
}

fn chosen(catalog: &Catalog, lessons: &Lessons, proof: &Proof) -> Result<Vec<Stack>> {
    let all = catalog.stacks();
    if proof.all {
        return pairs::cover(catalog);
    }
    if proof.stacks.is_empty() {
        return Ok(vec![backend_gen::commands::learn::usual_stack(catalog, lessons)?]);
    }
    let find = |key: &String| {
        let stack = all.iter().find(|stack| stack.key() == *key).cloned();
        stack.with_context(|| format!("there is no stack `{key}`"))
    };
    proof.stacks.iter().map(find).collect()
}

/// Where projects of lessons are written. They are built where those of stacks are.
fn home() -> PathBuf {
    work::root().join("target").join("lessons")
}

const CONFIG: &str = "[build]\ntarget-dir = \"../stacks-build\"\n";
