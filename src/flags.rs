//! The stack on a command line: one flag for each axis, the same for every verb that needs one.

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, ArgAction, ArgMatches};

use crate::catalog::{Axis, Catalog};

/// One flag for each axis.
pub fn args(catalog: &Catalog) -> Vec<Arg> {
    catalog.axes.iter().map(arg).collect()
}

fn arg(axis: &Axis) -> Arg {
    let options = axis.options.iter().map(|option| {
        PossibleValue::new(option.name().to_string()).help(option.spec.summary.clone())
    });
    let arg = Arg::new(axis.name.clone())
        .long(axis.name.clone())
        .value_name(axis.name.to_uppercase())
        .value_parser(PossibleValuesParser::new(options))
        .help_heading(if axis.around { "Around it" } else { "The stack" });
    let (question, default) = (&axis.question, &axis.default);
    match axis.several {
        true => arg
            .help(format!("{question} Several, with commas between [default: {default}]"))
            .value_delimiter(',')
            .action(ArgAction::Append),
        false => arg.help(format!("{question} [default: {default}]")),
    }
}

/// What was said with them: pairs of axis and option.
pub fn chosen(catalog: &Catalog, matches: &ArgMatches) -> Vec<(String, String)> {
    let said = catalog.axes.iter().flat_map(|axis| {
        let options = matches.get_many::<String>(&axis.name).into_iter().flatten();
        options.map(|option| (axis.name.clone(), option.clone()))
    });
    said.collect()
}
