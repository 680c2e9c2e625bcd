-- before
CREATE TABLE acc (id int AUTO_INCREMENT PRIMARY KEY, tenant int NOT NULL);
CREATE TABLE inv (id int AUTO_INCREMENT PRIMARY KEY, acc int NOT NULL, KEY inv_acc (acc), CONSTRAINT fa FOREIGN KEY (acc) REFERENCES acc (id) ON DELETE CASCADE);
-- after
CREATE TABLE acc (id int AUTO_INCREMENT, tenant int NOT NULL, PRIMARY KEY (tenant, id), UNIQUE KEY uid (id));
CREATE TABLE inv (id bigint AUTO_INCREMENT, tenant int NOT NULL, acc int NOT NULL, PRIMARY KEY (tenant, id), KEY kid (id), KEY inv_acc (tenant, acc), CONSTRAINT fa FOREIGN KEY (tenant, acc) REFERENCES acc (tenant, id) ON DELETE CASCADE);
