-- What a client got for a key, kept for a day. The primary key makes a parallel repeat wait.
CREATE TABLE idempotency_keys (
    owner_id    CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    route       VARCHAR(64)  NOT NULL,
    `key`       VARCHAR(255) NOT NULL,
    fingerprint BINARY(32)   NOT NULL,
    answer      MEDIUMTEXT   NOT NULL,
    created_at  DATETIME(6)  NOT NULL,
    PRIMARY KEY (owner_id, route, `key`),
    KEY idempotency_keys_by_age (created_at),
    CONSTRAINT idempotency_keys_owner FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;
