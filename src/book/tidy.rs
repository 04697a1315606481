//! HTML as pulldown-cmark writes it, made fit for everybody: footnotes apart from headings, no
//! header without words, a name of its own for each table.

/// The body of a page.
pub fn tidy(html: &str) -> String {
    let html = html
        .replace(
            "<div class=\"footnote-definition\" id=\"",
            "<div class=\"footnote-definition\" id=\"note-",
        )
        .replace(
            "<sup class=\"footnote-reference\"><a href=\"#",
            "<sup class=\"footnote-reference\"><a href=\"#note-",
        )
        .replace("<th></th>", "<td></td>");
    let mut parts = html.split(TABLE);
    let first = parts.next().unwrap_or_default().to_string();
    let named = |(at, part): (usize, &str)| format!("aria-label=\"Table {}\"{part}", at + 1);
    first + &parts.enumerate().map(named).collect::<String>()
}

/// How a table is called before it has a number.
pub const TABLE: &str = "aria-label=\"Table\"";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_footnote_is_no_heading() {
        let html = "<sup class=\"footnote-reference\"><a href=\"#a\">1</a></sup><h2 id=\"a\">A</h2>\
            <div class=\"footnote-definition\" id=\"a\">";
        let html = tidy(html);
        assert!(html.contains("href=\"#note-a\"") && html.contains("id=\"note-a\""), "{html}");
        assert_eq!(html.matches("id=\"a\"").count(), 1, "{html}");
    }

    #[test]
    fn tables_have_numbers_and_no_empty_headers() {
        let html = tidy("<p aria-label=\"Table\"><th></th><p aria-label=\"Table\">");
        assert_eq!(html, "<p aria-label=\"Table 1\"><td></td><p aria-label=\"Table 2\">");
    }
}
