-- Failed logins of an account or a client, under the hash of its name.
CREATE TABLE login_throttle (
    `key`             CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    failures          INT         NOT NULL,
    pending           INT         NOT NULL,
    pending_until     DATETIME(6) NOT NULL,
    window_started_at DATETIME(6) NOT NULL,
    locked_until      DATETIME(6) NULL,
    PRIMARY KEY (`key`),
    KEY login_throttle_by_age (window_started_at)
);
