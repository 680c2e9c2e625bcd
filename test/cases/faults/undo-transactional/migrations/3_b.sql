ALTER TABLE base ADD COLUMN note text;
CREATE INDEX base_note ON base (note);
