-- Failed logins of an account or a client, under the hash of its name.
CREATE TABLE login_throttle (
    key               text        COLLATE "C" PRIMARY KEY,
    failures          integer     NOT NULL,
    pending           integer     NOT NULL,
    pending_until     timestamptz NOT NULL,
    window_started_at timestamptz NOT NULL,
    locked_until      timestamptz NULL
);

CREATE INDEX login_throttle_by_age ON login_throttle (window_started_at);
