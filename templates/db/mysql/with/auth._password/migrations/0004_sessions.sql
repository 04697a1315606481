-- A login. Only the hash of its token is kept: who reads this table cannot log in with it.
CREATE TABLE sessions (
    id           CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user_id      CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    token_hash   BINARY(32)  NOT NULL,
    created_at   DATETIME(6) NOT NULL,
    last_used_at DATETIME(6) NOT NULL,
    expires_at   DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY sessions_token_hash (token_hash),
    KEY sessions_by_user (user_id, created_at),
    KEY sessions_by_expiry (expires_at),
    CONSTRAINT sessions_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
