-- COLLATE "C" compares by code point, whatever the language of the server.
CREATE TABLE tasks (
    id           uuid        PRIMARY KEY,
    owner_id     uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title        text        COLLATE "C" NOT NULL,
    title_folded text        COLLATE "C" NOT NULL,
    description  text        COLLATE "C" NOT NULL,
    status       text        COLLATE "C" NOT NULL CHECK (status IN ('todo', 'doing', 'done')),
    due_at       timestamptz NULL,
    version      bigint      NOT NULL,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
);

-- The order of the list: a page is a piece of this index.
CREATE INDEX tasks_by_owner ON tasks (owner_id, created_at, id);
