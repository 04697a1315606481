-- Refresh tokens that were used: one of them seen again means that it was stolen.
CREATE TABLE spent_tokens (
    token_hash BLOB NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX spent_tokens_by_session ON spent_tokens (session_id);
