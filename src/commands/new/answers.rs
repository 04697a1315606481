//! What is wanted: from flags, from a file, and from answers.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::catalog::{Axis, Catalog};
use crate::choice;
use crate::commands::here;
use crate::commands::new::site::Site;
use crate::commands::new::{New, questions};
use crate::io::{ask, place};
use crate::name::{BadName, FALLBACK, Name};
use crate::origin;
use crate::project::Home;
use crate::stack::Stack;
use crate::trouble::Trouble;
use crate::words;

/// What to make, and where.
pub struct Order {
    pub name: Name,
    pub site: Site,
    pub stack: Stack,
    /// Somebody was asked, and wants to see the plan before it is done.
    pub asked: bool,
}

/// Puts flags, file and answers together. Flags win over the file.
pub fn order(catalog: &Catalog, args: &New, flags: Vec<(String, String)>) -> Result<Order> {
    let remembered =
        args.from.as_deref().map(|file| here::remembered(catalog, file)).transpose()?;
    let (from_name, from_file) = remembered.map_or((None, vec![]), |it| (it.name, it.choices));
    let said = |(axis, _): &(String, String)| flags.iter().all(|(other, _)| other != axis);
    let kept: Vec<(String, String)> = from_file.into_iter().filter(said).collect();
    let mut chosen: Vec<(String, String)> = kept.into_iter().chain(flags).collect();
    let target = args.path.clone().or_else(|| from_name.map(PathBuf::from));

    let is_open = |axis: &&Axis| chosen.iter().all(|(said, _)| *said != axis.name);
    let open: Vec<&Axis> = catalog.axes.iter().filter(is_open).collect();
    // What stands around the code is asked for in a talk, and is no reason for one.
    let code: Vec<&Axis> = open.iter().copied().filter(|axis| !axis.around).collect();
    let asked = (target.is_none() || !code.is_empty()) && !args.defaults;
    if asked && (args.json || !ask::somebody_is_there()) {
        bail!(missing(target.is_none(), &code));
    }
    let target = match target {
        Some(target) => target,
        None if args.defaults => bail!(missing(true, &[])),
        None => questions::path(catalog)?,
    };
    // Without a `/` at the end, behind which a link would be followed.
    let target: PathBuf = target.components().collect();
    let name = name(catalog, args.name.as_deref(), &target)?;
    // Before the questions, so that nobody answers them in vain.
    let site = Site::find(&target, args.force, args.workspace)?;
    if asked {
        for axis in open {
            let fit = choice::fitting(catalog, axis, &chosen);
            let options = match fit.as_slice() {
                [only] => vec![only.name().to_string()],
                fit => questions::answer(axis, fit)?,
            };
            chosen.extend(options.into_iter().map(|option| (axis.name.clone(), option)));
        }
    }
    let pairs = chosen.iter().map(|(axis, option)| (axis.as_str(), option.as_str()));
    let stack = Stack::choose(catalog, pairs)
        .map_err(|refusal| Trouble::usage(refusal.to_string()).hint(refusal.hint()))?;
    match stays_out(catalog, &stack).filter(|_| site.home() == Home::Member) {
        Some(trouble) => bail!(trouble),
        None => Ok(Order { name, site, stack, asked }),
    }
}

/// What of the stack cannot be in a member of a workspace.
fn stays_out(catalog: &Catalog, stack: &Stack) -> Option<Trouble> {
    let layers = stack.layers(catalog);
    let layer = layers.iter().find(|layer| layer.spec.alone.is_some())?;
    let options = stack.options(catalog).into_iter();
    let (axis, option) =
        options.into_iter().find(|(_, option)| origin::brings(catalog, option, &layer.id))?;
    let why = layer.spec.alone.as_deref().unwrap_or_default();
    let flag = format!("--{} {}", axis.name, option.name());
    let what = format!("`{flag}` cannot be in a member of a workspace: {why}");
    Some(Trouble::usage(what).hint("`--workspace isolate`, or a folder elsewhere"))
}

fn missing(path: bool, axes: &[&Axis]) -> Trouble {
    let mut words: Vec<String> = axes.iter().map(|axis| format!("--{}", axis.name)).collect();
    if path {
        words.insert(0, "NAME".to_string());
    }
    let verb = if words.len() == 1 { "is" } else { "are" };
    let what = format!("{} {verb} missing, and nobody is there to ask", words::and_list(&words));
    let name = if path { FALLBACK } else { "NAME" };
    Trouble::usage(what)
        .hint(format!("`backend-gen new {name} --defaults` takes the default of every choice"))
}

/// The name: the one that was given, or the last part of the path.
fn name(catalog: &Catalog, given: Option<&str>, target: &Path) -> Result<Name> {
    if let Some(name) = given {
        return check(catalog, name).map_err(|bad| {
            Trouble::usage(bad.to_string()).hint(format!("`--name {}`", bad.suggestion)).into()
        });
    }
    let last = match target == Path::new(".") {
        true => place::here()?.file_name().map(|last| last.to_owned()),
        false => target.file_name().map(|last| last.to_owned()),
    };
    let last = last.unwrap_or_else(|| target.as_os_str().to_owned());
    let last = last.to_string_lossy();
    check(catalog, &last).map_err(|bad| {
        let fixed = match target.file_name() {
            Some(_) if target != Path::new(".") => target.with_file_name(&bad.suggestion),
            _ => PathBuf::from(&bad.suggestion),
        };
        let hint = match target == Path::new(".") {
            true => format!("`backend-gen new . --name {}`", bad.suggestion),
            false => format!("`backend-gen new {}`", words::shell(&fixed)),
        };
        Trouble::usage(bad.to_string()).hint(hint).into()
    })
}

fn check(catalog: &Catalog, name: &str) -> Result<Name, BadName> {
    Name::parse(name, &catalog.crates())
}
