-- What the payment provider told us, under its own ids.
CREATE TABLE payment_events (
    id           TEXT    NOT NULL PRIMARY KEY,
    order_id     TEXT    NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    amount_cents INTEGER NOT NULL,
    received_at  TEXT    NOT NULL
) STRICT;

CREATE INDEX payment_events_by_order ON payment_events (order_id);
