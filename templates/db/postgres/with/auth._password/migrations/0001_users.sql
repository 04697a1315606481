-- COLLATE "C" compares by code point, whatever the language of the server.
CREATE TABLE users (
    id            uuid        PRIMARY KEY,
    email         text        COLLATE "C" NOT NULL UNIQUE,
    password_hash text        NOT NULL,
    created_at    timestamptz NOT NULL,
    disabled_at   timestamptz NULL
);
