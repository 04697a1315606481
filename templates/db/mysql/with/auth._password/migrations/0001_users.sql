-- `/*M! … */` is read by MariaDB alone and `/*!80017 … */` by MySQL alone: the same collation
-- under its two names. It compares by code point, and a blank at the end of a text counts.
CREATE TABLE users (
    id            CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    email         VARCHAR(254) NOT NULL,
    password_hash VARCHAR(255) NOT NULL,
    created_at    DATETIME(6)  NOT NULL,
    disabled_at   DATETIME(6)  NULL,
    PRIMARY KEY (id),
    UNIQUE KEY users_email (email)
) DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;
