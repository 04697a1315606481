//! How much one request may send.

use crate::support::{App, json};

#[test]
fn a_body_over_the_limit_is_refused() {
    let app = App::start_with(&[("BODY_LIMIT_BYTES", "1024")]);
    let big = json!({"padding": "x".repeat(2048)});
    let answer = app.client().post("/api/v1/tasks", big);
    assert_eq!((answer.status, answer.code()), (413, "too_large"));
}
