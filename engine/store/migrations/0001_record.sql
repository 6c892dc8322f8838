-- Times are nanoseconds since 1970 UTC, chainage is metres. Rows with a salt are
-- bound to the audit chain by the hash of salt, columns and json.
CREATE TABLE state (
  key   TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT;

CREATE TABLE audit (
  seq        INTEGER PRIMARY KEY,
  at         INTEGER NOT NULL,
  kind       TEXT NOT NULL,
  actor      TEXT NOT NULL,
  verb       TEXT NOT NULL,
  subject    TEXT NOT NULL,
  section    TEXT NOT NULL,
  detail     TEXT NOT NULL,
  commitment BLOB NOT NULL,
  personal   TEXT,
  salt       BLOB,
  erased_by  INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX audit_kind ON audit (kind, seq);
CREATE INDEX audit_subject ON audit (subject, seq) WHERE subject <> '';
CREATE INDEX audit_personal ON audit (seq) WHERE personal IS NOT NULL;
CREATE INDEX audit_due ON audit (at, seq) WHERE personal IS NOT NULL;

-- Hashes of the Merkle tree at tlog.StoredHashIndex.
CREATE TABLE hashes (
  i    INTEGER PRIMARY KEY,
  hash BLOB NOT NULL
) STRICT;

CREATE TABLE cases (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL, severity INTEGER NOT NULL, section TEXT NOT NULL,
  opened INTEGER NOT NULL, closed INTEGER NOT NULL, updated INTEGER NOT NULL,
  chainage REAL, revision INTEGER NOT NULL, erased INTEGER NOT NULL,
  json TEXT NOT NULL, salt BLOB NOT NULL
) STRICT;
CREATE INDEX cases_opened ON cases (opened, id);
CREATE INDEX cases_open ON cases (opened, id) WHERE closed = 0;
CREATE INDEX cases_section ON cases (section, opened, id);
CREATE INDEX cases_updated ON cases (updated);

CREATE TABLE tasks (
  id TEXT PRIMARY KEY,
  case_id TEXT NOT NULL, section TEXT NOT NULL, at INTEGER NOT NULL, ended INTEGER NOT NULL,
  json TEXT NOT NULL, salt BLOB NOT NULL
) STRICT;
CREATE INDEX tasks_at ON tasks (at, id);
CREATE INDEX tasks_case ON tasks (case_id);

CREATE TABLE incidents (
  id TEXT PRIMARY KEY,
  case_id TEXT NOT NULL, section TEXT NOT NULL, type TEXT NOT NULL, at INTEGER NOT NULL,
  json TEXT NOT NULL, salt BLOB NOT NULL
) STRICT;
CREATE INDEX incidents_at ON incidents (at, id);
CREATE INDEX incidents_case ON incidents (case_id);

CREATE TABLE actions (
  id TEXT PRIMARY KEY,
  case_id TEXT NOT NULL, actor TEXT NOT NULL, verb TEXT NOT NULL, section TEXT NOT NULL,
  refused TEXT NOT NULL, at INTEGER NOT NULL, erased INTEGER NOT NULL,
  json TEXT NOT NULL, salt BLOB NOT NULL
) STRICT;
CREATE INDEX actions_at ON actions (at, id);
CREATE INDEX actions_case ON actions (case_id, at);

CREATE TABLE events (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL, section TEXT NOT NULL, at INTEGER NOT NULL, erased INTEGER NOT NULL,
  json TEXT NOT NULL, salt BLOB NOT NULL
) STRICT;
CREATE INDEX events_at ON events (at, id);

CREATE TABLE silences (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL, expires INTEGER NOT NULL, ended INTEGER NOT NULL, erased INTEGER NOT NULL,
  json TEXT NOT NULL, salt BLOB NOT NULL
) STRICT;
CREATE INDEX silences_at ON silences (at, id);

CREATE TABLE suppressed (
  id TEXT PRIMARY KEY,
  rule TEXT NOT NULL, section TEXT NOT NULL, at INTEGER NOT NULL, last INTEGER NOT NULL, erased INTEGER NOT NULL,
  json TEXT NOT NULL, salt BLOB NOT NULL
) STRICT;
CREATE INDEX suppressed_at ON suppressed (at, id);

CREATE TABLE notices (
  id TEXT PRIMARY KEY,
  case_id TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, erased INTEGER NOT NULL,
  json TEXT NOT NULL, salt BLOB NOT NULL
) STRICT;
CREATE INDEX notices_at ON notices (at, id);

-- What is still to be announced, in order; a row leaves when it is.
CREATE TABLE outbox (
  n      INTEGER PRIMARY KEY AUTOINCREMENT,
  notice TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE holds (
  id TEXT PRIMARY KEY,
  subject TEXT NOT NULL, at INTEGER NOT NULL, lifted INTEGER NOT NULL,
  json TEXT NOT NULL, salt BLOB NOT NULL
) STRICT;

CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE, updated INTEGER NOT NULL,
  json TEXT NOT NULL, salt BLOB NOT NULL
) STRICT;

CREATE TABLE sessions (
  hash TEXT PRIMARY KEY, account TEXT NOT NULL, expires INTEGER NOT NULL, json BLOB NOT NULL
) STRICT;
CREATE INDEX sessions_account ON sessions (account);
CREATE INDEX sessions_expires ON sessions (expires);

CREATE TABLE tokens (
  hash TEXT PRIMARY KEY, account TEXT NOT NULL, expires INTEGER NOT NULL, json BLOB NOT NULL
) STRICT;
CREATE INDEX tokens_account ON tokens (account);

CREATE TABLE settings (
  key TEXT PRIMARY KEY, value BLOB NOT NULL
) STRICT;

CREATE TABLE snapshots (
  seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, sum BLOB NOT NULL, blob BLOB NOT NULL
) STRICT;
