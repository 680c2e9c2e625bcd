-- before
CREATE TABLE acc (id int PRIMARY KEY, tenant int NOT NULL);
CREATE TABLE inv (id int PRIMARY KEY, acc int NOT NULL REFERENCES acc (id) ON DELETE CASCADE);
CREATE INDEX inv_acc ON inv (acc);
-- after
CREATE TABLE acc (id int, tenant int NOT NULL, PRIMARY KEY (tenant, id), UNIQUE (id));
CREATE TABLE inv (id bigint GENERATED ALWAYS AS IDENTITY, tenant int NOT NULL, acc int NOT NULL, PRIMARY KEY (tenant, id), FOREIGN KEY (tenant, acc) REFERENCES acc (tenant, id) ON DELETE CASCADE);
CREATE INDEX inv_acc ON inv (tenant, acc);
