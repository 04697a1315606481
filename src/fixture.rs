//! A small catalogue for tests: two axes of two options, and whatever else a test puts in.

use std::borrow::Cow;

use crate::catalog::Catalog;
use crate::ground::Files;

/// The catalogue with these files added, or put in place of its own.
pub fn catalog(more: &[(&str, &str)]) -> Catalog {
    let axis = |order: u32, default: &str| {
        format!(
            "title = \"T\"\norder = {order}\ndefault = \"{default}\"\nquestion = \"Q?\"\nhelp = \"H.\"\n"
        )
    };
    let option = |name: &str| format!("title = \"{name}\"\nsummary = \"the {name}\"\n");
    let own = [
        ("versions.toml", "tea = \"1.2\"\n".to_string()),
        ("base/layer.toml", String::new()),
        ("db/axis.toml", axis(1, "a")),
        ("db/a/option.toml", option("a")),
        ("db/b/option.toml", option("b")),
        ("api/axis.toml", axis(2, "x")),
        ("api/x/option.toml", option("x")),
        ("api/y/option.toml", option("y")),
    ];
    let own = own.into_iter().map(|(path, text)| (path.to_string(), text));
    let more = more.iter().map(|(path, text)| (path.to_string(), text.to_string()));
    let files: Files =
        own.chain(more).map(|(path, text)| (path, Cow::Owned(text.into_bytes()))).collect();
    Catalog::from_files(files).expect("the small catalogue loads")
}
