-- What people mean to buy, a row for each product in a basket.
CREATE TABLE basket_items (
    owner_id   CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    product_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    quantity   BIGINT NOT NULL,
    PRIMARY KEY (owner_id, product_id),
    CONSTRAINT basket_items_owner FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT basket_items_product FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE CASCADE,
    CONSTRAINT basket_items_quantity CHECK (quantity > 0)
) DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;
