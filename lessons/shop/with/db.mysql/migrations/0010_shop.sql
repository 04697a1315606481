-- The shop of the lessons: products with their stock, orders and their lines.
CREATE TABLE products (
    id          CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seller_id   CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
    name        VARCHAR(200) NOT NULL,
    price_cents BIGINT       NOT NULL,
    stock       BIGINT       NOT NULL,
    version     BIGINT       NOT NULL,
    created_at  DATETIME(6)  NOT NULL,
    updated_at  DATETIME(6)  NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT products_seller FOREIGN KEY (seller_id) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT products_price CHECK (price_cents >= 0),
    CONSTRAINT products_stock CHECK (stock >= 0)
) DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

CREATE TABLE orders (
    id          CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    owner_id    CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    status      VARCHAR(6)  NOT NULL,
    total_cents BIGINT      NOT NULL,
    created_at  DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    KEY orders_by_owner (owner_id, created_at, id),
    CONSTRAINT orders_owner FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT orders_status CHECK (status IN ('placed', 'paid'))
) DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

CREATE TABLE order_lines (
    id               CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    order_id         CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    position         BIGINT NOT NULL,
    product_id       CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    quantity         BIGINT NOT NULL,
    unit_price_cents BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY order_lines_in_order (order_id, position),
    KEY order_lines_by_product (product_id),
    CONSTRAINT order_lines_order FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
    CONSTRAINT order_lines_product FOREIGN KEY (product_id) REFERENCES products (id),
    CONSTRAINT order_lines_quantity CHECK (quantity > 0)
) DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

INSERT INTO products (id, seller_id, name, price_cents, stock, version, created_at, updated_at)
VALUES
    ('01900000-0000-7000-8000-000000000001', NULL, 'Tea', 450, 100, 1,
     '2024-06-01 00:00:00', '2024-06-01 00:00:00'),
    ('01900000-0000-7000-8000-000000000002', NULL, 'Cup', 1200, 20, 1,
     '2024-06-01 00:00:00', '2024-06-01 00:00:00'),
    ('01900000-0000-7000-8000-000000000003', NULL, 'Pot', 3900, 3, 1,
     '2024-06-01 00:00:00', '2024-06-01 00:00:00');
