//! The basket over GraphQL: what is put in is there, and adds up.

use crate::graphql::{ask, code};
use crate::support::{App, json, login};

const TEA: &str = "01900000-0000-7000-8000-000000000001";
const CUP: &str = "01900000-0000-7000-8000-000000000002";
const ADD: &str = "mutation($id: ID!, $n: Int!) {
    addToBasket(productId: $id, quantity: $n) { productId quantity } }";

#[test]
fn what_is_put_into_a_basket_adds_up() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    let basket = || {
        let answer = ask(&client, "{ basket { productId quantity } }", json!({}));
        answer.json["data"]["basket"].clone()
    };
    assert_eq!(basket(), json!([]));
    let add = |id: &str, n: i64| ask(&client, ADD, json!({"id": id, "n": n}));
    add(CUP, 1);
    add(TEA, 2);
    let now = json!([{"productId": TEA, "quantity": 5}, {"productId": CUP, "quantity": 1}]);
    assert_eq!(add(TEA, 3).json["data"]["addToBasket"], now);
    assert_eq!(basket(), now);
    assert_eq!(code(&add("x", 1)), "VALIDATION");
    assert_eq!(code(&add(TEA, 0)), "VALIDATION");
}
