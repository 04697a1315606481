-- What a client got for a key, kept for a day.
CREATE TABLE idempotency_keys (
    owner_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    route       TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    answer      TEXT NOT NULL,
    created_at  TEXT NOT NULL,
    PRIMARY KEY (owner_id, route, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
