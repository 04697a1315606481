-- Nobody logs in yet: everything belongs to one local user, so that owners are there from the start.
CREATE TABLE users (
    id         uuid        PRIMARY KEY,
    email      text        COLLATE "C" NOT NULL UNIQUE,
    created_at timestamptz NOT NULL
);

INSERT INTO users (id, email, created_at)
VALUES ('00000000-0000-7000-8000-000000000001', 'local@localhost', now());
