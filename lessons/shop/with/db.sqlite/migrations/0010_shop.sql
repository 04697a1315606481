-- The shop of the lessons: products with their stock, orders and their lines.
CREATE TABLE products (
    id          TEXT    NOT NULL PRIMARY KEY,
    seller_id   TEXT    REFERENCES users (id) ON DELETE SET NULL,
    name        TEXT    NOT NULL,
    price_cents INTEGER NOT NULL CHECK (price_cents >= 0),
    stock       INTEGER NOT NULL CHECK (stock >= 0),
    version     INTEGER NOT NULL,
    created_at  TEXT    NOT NULL,
    updated_at  TEXT    NOT NULL
) STRICT;

CREATE TABLE orders (
    id          TEXT    NOT NULL PRIMARY KEY,
    owner_id    TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    status      TEXT    NOT NULL CHECK (status IN ('placed', 'paid')),
    total_cents INTEGER NOT NULL,
    created_at  TEXT    NOT NULL
) STRICT;

CREATE INDEX orders_by_owner ON orders (owner_id, created_at, id);

CREATE TABLE order_lines (
    id               TEXT    NOT NULL PRIMARY KEY,
    order_id         TEXT    NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    position         INTEGER NOT NULL,
    product_id       TEXT    NOT NULL REFERENCES products (id),
    quantity         INTEGER NOT NULL CHECK (quantity > 0),
    unit_price_cents INTEGER NOT NULL,
    UNIQUE (order_id, position)
) STRICT;

CREATE INDEX order_lines_by_product ON order_lines (product_id);

INSERT INTO products (id, seller_id, name, price_cents, stock, version, created_at, updated_at)
VALUES
    ('01900000-0000-7000-8000-000000000001', NULL, 'Tea', 450, 100, 1,
     '2024-06-01T00:00:00.000000Z', '2024-06-01T00:00:00.000000Z'),
    ('01900000-0000-7000-8000-000000000002', NULL, 'Cup', 1200, 20, 1,
     '2024-06-01T00:00:00.000000Z', '2024-06-01T00:00:00.000000Z'),
    ('01900000-0000-7000-8000-000000000003', NULL, 'Pot', 3900, 3, 1,
     '2024-06-01T00:00:00.000000Z', '2024-06-01T00:00:00.000000Z');
