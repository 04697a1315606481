-- What the payment provider told us, under its own ids.
CREATE TABLE payment_events (
    id           text        COLLATE "C" PRIMARY KEY,
    order_id     uuid        NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    amount_cents bigint      NOT NULL,
    received_at  timestamptz NOT NULL
);

CREATE INDEX payment_events_by_order ON payment_events (order_id);
