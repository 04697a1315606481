//! The shop over GraphQL: products, orders, and the stock between them.

use serde_json::Value;

use crate::graphql::{ask, code};
use crate::support::{App, Client, json, login};

const CREATE: &str =
    "mutation($input: ProductInput!) { createProduct(input: $input) { id stock version } }";
const UPDATE: &str = "mutation($id: ID!, $input: ProductInput!, $version: Int) {
    updateProduct(id: $id, input: $input, version: $version) { version } }";
const ORDER: &str = "mutation($input: OrderInput!, $key: String) {
    createOrder(input: $input, idempotencyKey: $key) {
        id status totalCents lines { id productId quantity unitPriceCents } createdAt } }";
const ORDERS: &str = "{ orders(first: 5) {
    id status totalCents lines { id productId quantity unitPriceCents } createdAt } }";
const STOCK: &str = "query($id: ID!) { product(id: $id) { stock } }";

fn product(client: &Client, stock: i64) -> Value {
    let input = json!({"name": "Lamp", "priceCents": 990, "stock": stock});
    let made = ask(client, CREATE, json!({"input": input}));
    made.json["data"]["createProduct"]["id"].clone()
}

fn stock(client: &Client, id: &Value) -> i64 {
    let answer = ask(client, STOCK, json!({"id": id}));
    answer.json["data"]["product"]["stock"].as_i64().expect("a number")
}

fn input(lines: &[(&Value, i64)]) -> Value {
    let line = |(id, quantity): &(&Value, i64)| json!({"productId": id, "quantity": quantity});
    json!({"lines": lines.iter().map(line).collect::<Vec<_>>()})
}

#[test]
fn a_product_is_changed_by_its_seller_at_the_version_that_was_seen() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let lamp = product(&client, 5);
    let update = |id: &Value| {
        let input = json!({"name": "New", "priceCents": 2, "stock": 3});
        ask(&client, UPDATE, json!({"id": id, "input": input, "version": 1}))
    };
    assert_eq!(update(&lamp).json["data"]["updateProduct"]["version"], 2);
    assert_eq!(code(&update(&lamp)), "VERSION_MISMATCH");
    assert_eq!(stock(&client, &lamp), 3);
    assert_eq!(code(&update(&json!("01900000-0000-7000-8000-000000000001"))), "FORBIDDEN");
    assert_eq!(code(&update(&json!("nothing"))), "NOT_FOUND");
}

#[test]
fn an_order_takes_from_the_stock_and_gives_back() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let (lamp, desk) = (product(&client, 5), product(&client, 5));
    let made = ask(&client, ORDER, json!({"input": input(&[(&lamp, 2), (&desk, 1)])}));
    let order = &made.json["data"]["createOrder"];
    assert_eq!((&order["totalCents"], &order["status"]), (&json!(2970), &json!("PLACED")));
    assert_eq!(order["lines"][1]["productId"], desk);
    assert_eq!((stock(&client, &lamp), stock(&client, &desk)), (3, 4));
    assert_eq!(ask(&client, ORDERS, json!({})).json["data"]["orders"], json!([order]));
    let delete = "mutation($id: ID!) { deleteOrder(id: $id) }";
    let gone = ask(&client, delete, json!({"id": order["id"]}));
    assert_eq!(gone.json["data"]["deleteOrder"], order["id"]);
    assert_eq!((stock(&client, &lamp), stock(&client, &desk)), (5, 5));
}

#[test]
fn an_order_that_cannot_be_met_changes_nothing() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let (lamp, desk) = (product(&client, 5), product(&client, 1));
    let refused = ask(&client, ORDER, json!({"input": input(&[(&lamp, 2), (&desk, 2)])}));
    assert_eq!(code(&refused), "OUT_OF_STOCK");
    let broken = ask(&client, ORDER, json!({"input": input(&[(&lamp, 0)])}));
    assert_eq!(code(&broken), "VALIDATION");
    assert_eq!((stock(&client, &lamp), stock(&client, &desk)), (5, 1));
    assert_eq!(ask(&client, ORDERS, json!({})).json["data"]["orders"], json!([]));
}

#[test]
fn the_same_key_makes_one_order() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let lamp = product(&client, 5);
    let send =
        |quantity| ask(&client, ORDER, json!({"input": input(&[(&lamp, quantity)]), "key": "k"}));
    let (first, again) = (send(1), send(1));
    assert_eq!(again.json, first.json);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(code(&send(2)), "IDEMPOTENCY_MISMATCH");
    assert_eq!(stock(&client, &lamp), 4);
}
