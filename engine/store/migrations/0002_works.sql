-- What was ever stated about the barrier, in order. Rows are added and never
-- changed: a correction and an undo are rows too.
CREATE TABLE works (
  id TEXT PRIMARY KEY,
  n INTEGER NOT NULL UNIQUE, op TEXT NOT NULL, subject TEXT NOT NULL, thing TEXT NOT NULL,
  import_id TEXT NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL,
  json TEXT NOT NULL, salt BLOB NOT NULL
) STRICT;
CREATE INDEX works_thing ON works (thing, n);
CREATE INDEX works_import ON works (import_id, n) WHERE import_id <> '';

CREATE TRIGGER works_unchanged BEFORE UPDATE ON works
  BEGIN SELECT RAISE(ABORT, 'what was stated about the barrier is never changed'); END;
CREATE TRIGGER works_kept BEFORE DELETE ON works
  BEGIN SELECT RAISE(ABORT, 'what was stated about the barrier is never removed'); END;
