-- Nobody logs in yet: everything belongs to one local user, so that owners are there from the start.
CREATE TABLE users (
    id         TEXT NOT NULL PRIMARY KEY,
    email      TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL
) STRICT;

INSERT INTO users (id, email, created_at)
VALUES ('00000000-0000-7000-8000-000000000001', 'local@localhost',
        strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'));
