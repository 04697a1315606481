-- Failed logins of an account or a client, under the hash of its name.
CREATE TABLE login_throttle (
    key               TEXT    NOT NULL PRIMARY KEY,
    failures          INTEGER NOT NULL,
    pending           INTEGER NOT NULL,
    pending_until     TEXT    NOT NULL,
    window_started_at TEXT    NOT NULL,
    locked_until      TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX login_throttle_by_age ON login_throttle (window_started_at);
