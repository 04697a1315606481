-- The shop of the lessons: products with their stock, orders and their lines.
CREATE TABLE products (
    id          uuid        PRIMARY KEY,
    seller_id   uuid        REFERENCES users (id) ON DELETE SET NULL,
    name        text        COLLATE "C" NOT NULL,
    price_cents bigint      NOT NULL CHECK (price_cents >= 0),
    stock       bigint      NOT NULL CHECK (stock >= 0),
    version     bigint      NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL
);

CREATE TABLE orders (
    id          uuid        PRIMARY KEY,
    owner_id    uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    status      text        COLLATE "C" NOT NULL CHECK (status IN ('placed', 'paid')),
    total_cents bigint      NOT NULL,
    created_at  timestamptz NOT NULL
);

CREATE INDEX orders_by_owner ON orders (owner_id, created_at, id);

CREATE TABLE order_lines (
    id               uuid   PRIMARY KEY,
    order_id         uuid   NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    position         bigint NOT NULL,
    product_id       uuid   NOT NULL REFERENCES products (id),
    quantity         bigint NOT NULL CHECK (quantity > 0),
    unit_price_cents bigint NOT NULL,
    UNIQUE (order_id, position)
);

CREATE INDEX order_lines_by_product ON order_lines (product_id);

INSERT INTO products (id, seller_id, name, price_cents, stock, version, created_at, updated_at)
VALUES
    ('01900000-0000-7000-8000-000000000001', NULL, 'Tea', 450, 100, 1,
     '2024-06-01T00:00:00Z', '2024-06-01T00:00:00Z'),
    ('01900000-0000-7000-8000-000000000002', NULL, 'Cup', 1200, 20, 1,
     '2024-06-01T00:00:00Z', '2024-06-01T00:00:00Z'),
    ('01900000-0000-7000-8000-000000000003', NULL, 'Pot', 3900, 3, 1,
     '2024-06-01T00:00:00Z', '2024-06-01T00:00:00Z');
