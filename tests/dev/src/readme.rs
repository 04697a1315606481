//! The README says what the catalogue says.

use std::fs;

use backend_gen::catalog::Catalog;

use crate::work;

#[test]
fn the_table_of_choices_is_the_catalogue() {
    let catalog = Catalog::bundled().expect("the templates load");
    let readme = fs::read_to_string(work::root().join("README.md")).expect("there is a README");
    for axis in &catalog.axes {
        let start = format!("| `--{}` |", axis.name);
        let row = readme.lines().find_map(|line| line.strip_prefix(&start));
        let row = row.unwrap_or_else(|| panic!("no row for `--{}`", axis.name));
        let named: Vec<&str> = row.split('`').skip(1).step_by(2).collect();
        assert_eq!(named, axis.names(), "`--{}`", axis.name);
        assert!(
            row.contains(&format!("**`{}`**", axis.default)),
            "the default of `--{}`",
            axis.name
        );
    }
}
