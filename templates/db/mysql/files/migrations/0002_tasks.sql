-- `/*M! … */` is read by MariaDB alone and `/*!80017 … */` by MySQL alone: the same collation
-- under its two names. It compares by code point, and a blank at the end of a text counts.
CREATE TABLE tasks (
    id           CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    owner_id     CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    title        VARCHAR(200) NOT NULL,
    title_folded VARCHAR(400) NOT NULL,
    description  TEXT         NOT NULL,
    status       VARCHAR(5)   NOT NULL,
    due_at       DATETIME(6)  NULL,
    version      BIGINT       NOT NULL,
    created_at   DATETIME(6)  NOT NULL,
    updated_at   DATETIME(6)  NOT NULL,
    PRIMARY KEY (id),
    KEY tasks_by_owner (owner_id, created_at, id),
    CONSTRAINT tasks_owner FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT tasks_status CHECK (status IN ('todo', 'doing', 'done'))
) DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;
