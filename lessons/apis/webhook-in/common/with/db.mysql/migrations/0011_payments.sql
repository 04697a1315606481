-- What the payment provider told us, under its own ids.
CREATE TABLE payment_events (
    id           VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    order_id     CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    amount_cents BIGINT      NOT NULL,
    received_at  DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    KEY payment_events_by_order (order_id),
    CONSTRAINT payment_events_order FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;
