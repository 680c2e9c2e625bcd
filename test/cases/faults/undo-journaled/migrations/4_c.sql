CREATE INDEX CONCURRENTLY base_id_note ON base (id, note);
