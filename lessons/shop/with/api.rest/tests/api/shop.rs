//! The shop over REST: products, orders, and the stock between them.

use serde_json::Value;

use crate::support::{App, Client, json, login};

const TEA: &str = "/api/v1/products/01900000-0000-7000-8000-000000000001";

fn product(client: &Client, stock: i64) -> Value {
    let body = json!({"name": "Lamp", "price_cents": 990, "stock": stock});
    let made = client.post("/api/v1/products", body);
    assert_eq!(made.status, 201, "{}", made.text);
    made.json
}

fn stock(client: &Client, product: &Value) -> i64 {
    let path = format!("/api/v1/products/{}", product["id"].as_str().unwrap_or_default());
    client.get(&path).json["stock"].as_i64().expect("a number")
}

fn order(lines: &[(&Value, i64)]) -> Value {
    let line = |(product, quantity): &(&Value, i64)| json!({"product_id": product["id"], "quantity": quantity});
    json!({"lines": lines.iter().map(line).collect::<Vec<_>>()})
}

#[test]
fn a_product_can_be_read_where_its_location_says() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let body = json!({"name": "Lamp", "price_cents": 990, "stock": 5});
    let made = client.post("/api/v1/products", body);
    assert_eq!((made.status, made.header("etag")), (201, "\"1\""));
    let read = client.get(made.header("location"));
    assert_eq!((read.status, &read.json), (200, &made.json));
    assert!(read.json.get("seller_id").is_none());
    let house = client.get(TEA);
    assert_eq!((house.status, &house.json["name"]), (200, &json!("Tea")));
    assert_eq!(client.get("/api/v1/products").json["items"].as_array().map(Vec::len), Some(4));
    assert_eq!(client.get("/api/v1/products/nothing").code(), "not_found");
}

#[test]
fn a_product_is_replaced_by_its_seller_at_the_version_that_was_seen() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let body = json!({"name": "Old", "price_cents": 1, "stock": 1});
    let made = client.post("/api/v1/products", body);
    let (path, new) =
        (made.header("location"), json!({"name": "New", "price_cents": 2, "stock": 3}));
    let put = |tag| client.send("PUT", path, &[("if-match", tag)], Some(new.clone()));
    assert_eq!(put("\"1\"").header("etag"), "\"2\"");
    assert_eq!(put("\"1\"").code(), "version_mismatch");
    assert_eq!(client.get(path).json["stock"], 3);
    assert_eq!(client.send("PUT", TEA, &[], Some(new.clone())).code(), "forbidden");
    assert_eq!(client.delete(path).status, 204);
    assert_eq!(client.delete(path).code(), "not_found");
}

#[test]
fn all_broken_rules_are_reported_at_once() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let pointers = |path: &str, body: Value| {
        let answer = client.post(path, body);
        assert_eq!((answer.status, answer.code()), (422, "validation"), "{}", answer.text);
        let errors = answer.json["errors"].as_array().expect("a list").clone();
        errors.iter().map(|error| error["pointer"].to_string()).collect::<Vec<_>>().join(" ")
    };
    let body = json!({"name": " ", "price_cents": -1, "stock": 1_000_001});
    assert_eq!(pointers("/api/v1/products", body), r#""/name" "/price_cents" "/stock""#);
    let body = json!({"lines": [{"product_id": "x", "quantity": 0}]});
    let both = r#""/lines/0/product_id" "/lines/0/quantity""#;
    assert_eq!(pointers("/api/v1/orders", body), both);
    assert_eq!(pointers("/api/v1/orders", json!({"lines": []})), r#""/lines""#);
    let gone = json!({"id": "01900000-0000-7000-8000-0000000000ff"});
    assert_eq!(pointers("/api/v1/orders", order(&[(&gone, 1)])), r#""/lines/0/product_id""#);
}

#[test]
fn an_order_takes_from_the_stock_and_gives_back() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let (lamp, desk) = (product(&client, 5), product(&client, 5));
    let made = client.post("/api/v1/orders", order(&[(&lamp, 2), (&desk, 1)]));
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!((&made.json["total_cents"], &made.json["status"]), (&json!(2970), &json!("placed")));
    assert_eq!((stock(&client, &lamp), stock(&client, &desk)), (3, 4));
    let path = made.header("location");
    assert_eq!(client.get(path).json, made.json);
    assert_eq!(client.get("/api/v1/orders").json["items"], json!([made.json]));
    let line = &made.json["lines"][1];
    let read = client.get(&format!("{path}/lines/{}", line["id"].as_str().unwrap_or_default()));
    assert_eq!((read.status, &read.json), (200, line));
    let sold = format!("/api/v1/products/{}", lamp["id"].as_str().unwrap_or_default());
    assert_eq!(client.delete(&sold).code(), "conflict");
    assert_eq!(client.delete(path).status, 204);
    assert_eq!((stock(&client, &lamp), stock(&client, &desk)), (5, 5));
    assert_eq!(client.get(path).code(), "not_found");
}

#[test]
fn an_order_that_cannot_be_met_changes_nothing() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let (lamp, desk) = (product(&client, 5), product(&client, 1));
    let refused = client.post("/api/v1/orders", order(&[(&lamp, 2), (&desk, 2)]));
    assert_eq!((refused.status, refused.code()), (409, "out_of_stock"));
    assert_eq!((stock(&client, &lamp), stock(&client, &desk)), (5, 1));
    assert_eq!(client.get("/api/v1/orders").json["items"], json!([]));
}

#[test]
fn the_same_key_makes_one_order() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let lamp = product(&client, 5);
    let send = |quantity| {
        let body = order(&[(&lamp, quantity)]);
        client.send("POST", "/api/v1/orders", &[("idempotency-key", "k")], Some(body))
    };
    let (first, again) = (send(1), send(1));
    assert_eq!((again.status, &again.json), (201, &first.json));
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(send(2).code(), "idempotency_mismatch");
    assert_eq!(stock(&client, &lamp), 4);
}
