SET SESSION system_versioning_alter_history = 1; ALTER TABLE t ADD COLUMN x int WITHOUT SYSTEM VERSIONING AFTER id;
