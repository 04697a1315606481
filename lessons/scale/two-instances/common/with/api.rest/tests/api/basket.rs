//! The basket over REST: what is put in is there, and adds up.

use crate::support::{App, json, login};

const TEA: &str = "01900000-0000-7000-8000-000000000001";
const CUP: &str = "01900000-0000-7000-8000-000000000002";

#[test]
fn what_is_put_into_a_basket_adds_up() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    assert_eq!(client.get("/api/v1/basket").json, json!({"items": []}));
    let add = |product: &str, quantity: i64| {
        client.post("/api/v1/basket", json!({"product_id": product, "quantity": quantity}))
    };
    assert_eq!(add(CUP, 1).status, 200);
    assert_eq!(add(TEA, 2).status, 200);
    let now = json!({"items": [
        {"product_id": TEA, "quantity": 5},
        {"product_id": CUP, "quantity": 1},
    ]});
    assert_eq!(add(TEA, 3).json, now);
    assert_eq!(client.get("/api/v1/basket").json, now);
}

#[test]
fn only_a_product_and_a_number_go_in() {
    let app = App::start();
    let client = login(&app, "ada@example.com");
    for (product, quantity, pointer) in [
        ("x", 1, "/product_id"),
        ("01900000-0000-7000-8000-0000000000ff", 1, "/product_id"),
        (TEA, 0, "/quantity"),
        (TEA, 1001, "/quantity"),
    ] {
        let body = json!({"product_id": product, "quantity": quantity});
        let answer = client.post("/api/v1/basket", body);
        assert_eq!((answer.status, answer.code()), (422, "validation"), "{}", answer.text);
        assert_eq!(answer.json["errors"][0]["pointer"], pointer);
    }
    assert_eq!(client.get("/api/v1/basket").json, json!({"items": []}));
}
