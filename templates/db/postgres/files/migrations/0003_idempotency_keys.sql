-- What a client got for a key, kept for a day. The primary key makes a parallel repeat wait.
CREATE TABLE idempotency_keys (
    owner_id    uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    route       text        COLLATE "C" NOT NULL,
    key         text        COLLATE "C" NOT NULL,
    fingerprint bytea       NOT NULL,
    answer      text        NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (owner_id, route, key)
);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
