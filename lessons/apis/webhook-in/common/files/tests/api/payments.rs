//! What the payment provider sends: its own signature is all that lets it in.

use app::payments::hmac;
use app::platform::secret::hex;
use app::platform::time::Timestamp;
use serde_json::Value;

use crate::support::{Answer, App, json};

const SECRET: &str = "5c0de1e77e5a9d2b6f0341c8fa92d7e6";

/// Sent as a provider sends it, by somebody who has not logged in.
fn deliver(app: &App, event: &Value) -> Answer {
    let at = Timestamp::now().micros() / 1_000_000;
    let message = format!("{at}.{event}");
    let signature = hex(&hmac::sha256(SECRET.as_bytes(), message.as_bytes()));
    let header = format!("t={at},v1={signature}");
    let headers = [("webhook-signature", header.as_str())];
    app.client().send("POST", "/webhooks/payments", &headers, Some(event.clone()))
}

#[test]
fn what_is_signed_and_makes_no_sense_is_refused_by_name() {
    let app = App::start_with(&[("WEBHOOK_SECRETS", SECRET)]);
    let order = "01900000-0000-7000-8000-00000000abcd";
    let said = deliver(&app, &json!({"id": "evt_1", "order_id": order, "amount_cents": 1}));
    assert_eq!((said.status, said.code()), (422, "validation"), "{}", said.text);
    assert_eq!(said.json["errors"][0]["pointer"], "/order_id");
    let said = deliver(&app, &json!({"id": "", "order_id": order, "amount_cents": 1}));
    assert_eq!(said.json["errors"][0]["pointer"], "/id");
    let said = deliver(&app, &json!({"id": "evt_1", "order_id": order}));
    assert_eq!(said.json["errors"][0]["code"], "required");
}
