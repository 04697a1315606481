-- What people mean to buy, a row for each product in a basket.
CREATE TABLE basket_items (
    owner_id   uuid   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    product_id uuid   NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    quantity   bigint NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (owner_id, product_id)
);
