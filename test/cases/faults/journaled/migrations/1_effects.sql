CREATE TABLE effect (what text NOT NULL);
