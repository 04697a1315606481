-- What people mean to buy, a row for each product in a basket.
CREATE TABLE basket_items (
    owner_id   TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    product_id TEXT    NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    quantity   INTEGER NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (owner_id, product_id)
) STRICT;
