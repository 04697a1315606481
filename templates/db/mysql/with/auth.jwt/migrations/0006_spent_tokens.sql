-- Refresh tokens that were used: one of them seen again means that it was stolen.
CREATE TABLE spent_tokens (
    token_hash BINARY(32) NOT NULL,
    session_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (token_hash),
    KEY spent_tokens_by_session (session_id),
    CONSTRAINT spent_tokens_session FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE
);
