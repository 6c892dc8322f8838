-- Retention erases a person's own words from what was stated about the barrier,
-- once, and marks it. Nothing else of a row may change; the chain binds what is
-- left, and names the run.
DROP TRIGGER works_unchanged;
CREATE TRIGGER works_unchanged BEFORE UPDATE ON works
  WHEN NOT (NEW.id = OLD.id AND NEW.n = OLD.n AND NEW.op = OLD.op AND NEW.subject = OLD.subject AND NEW.thing = OLD.thing
    AND NEW.import_id = OLD.import_id AND NEW.actor = OLD.actor AND NEW.at = OLD.at
    AND json_extract(OLD.json, '$.erased') IS NULL AND json_extract(NEW.json, '$.erased') IS 1)
  BEGIN SELECT RAISE(ABORT, 'what was stated about the barrier is never changed'); END;
