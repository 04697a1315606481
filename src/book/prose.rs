//! The words of a text that are meant to be read as words: no code, no addresses, no directives.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::chapter::options;

/// Each piece of prose with its line, from 1.
pub fn of(markdown: &str) -> Vec<(usize, String)> {
    let (mut found, mut code) = (Vec::new(), false);
    for (event, range) in Parser::new_ext(markdown, options()).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => code = true,
            Event::End(TagEnd::CodeBlock) => code = false,
            Event::Text(text) if !code && !text.starts_with("{{") && !text.contains("://") => {
                let line = markdown[..range.start].matches('\n').count() + 1;
                found.push((line, text.to_string()));
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_and_addresses_are_no_words() {
        let text = "# One\n\nTwo `kode` [thre](x.md)\n\n```rust\nfn main\n```\n\n{{#lost}}\n";
        let lines: Vec<usize> = of(text).into_iter().map(|(line, _)| line).collect();
        let words: String = of(text).into_iter().map(|(_, text)| text + "|").collect();
        assert_eq!(words, "One|Two | |thre|");
        assert_eq!(lines, [1, 3, 3, 3]);
    }
}
