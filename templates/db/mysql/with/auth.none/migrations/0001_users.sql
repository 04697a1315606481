-- Nobody logs in yet: everything belongs to one local user, so that owners are there from the start.
CREATE TABLE users (
    id         CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    email      VARCHAR(254) NOT NULL,
    created_at DATETIME(6)  NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY users_email (email)
) DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

INSERT INTO users (id, email, created_at)
VALUES ('00000000-0000-7000-8000-000000000001', 'local@localhost', UTC_TIMESTAMP(6));
