CREATE TABLE tasks (
    id           TEXT    NOT NULL PRIMARY KEY,
    owner_id     TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title        TEXT    NOT NULL,
    title_folded TEXT    NOT NULL,
    description  TEXT    NOT NULL,
    -- not IN (...): with three values or more SQLite would fill a small table for every insert
    status       TEXT    NOT NULL CHECK (status = 'todo' OR status = 'doing' OR status = 'done'),
    due_at       TEXT,
    version      INTEGER NOT NULL,
    created_at   TEXT    NOT NULL,
    updated_at   TEXT    NOT NULL
) STRICT;

-- the order of the list, so that a page is read and not sorted
CREATE INDEX tasks_by_owner ON tasks (owner_id, created_at, id);
