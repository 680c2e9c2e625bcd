-- before
CREATE TABLE p (id varchar(36) NOT NULL, n varchar(100), PRIMARY KEY (id)) DEFAULT CHARSET=utf8mb3;
CREATE TABLE c (id varchar(36) NOT NULL, p varchar(36), t text, PRIMARY KEY (id), KEY kp (p), CONSTRAINT fp FOREIGN KEY (p) REFERENCES p (id)) DEFAULT CHARSET=utf8mb3;
CREATE VIEW pv AS SELECT p.n, c.t FROM p JOIN c ON c.p = p.id;
CREATE FUNCTION pf(x varchar(10) CHARSET utf8mb3) RETURNS varchar(10) CHARSET utf8mb3 DETERMINISTIC RETURN x;
-- after
CREATE TABLE p (id varchar(36) NOT NULL, n varchar(100), PRIMARY KEY (id)) DEFAULT CHARSET=utf8mb4;
CREATE TABLE c (id varchar(36) NOT NULL, p varchar(36), t text, PRIMARY KEY (id), KEY kp (p), CONSTRAINT fp FOREIGN KEY (p) REFERENCES p (id)) DEFAULT CHARSET=utf8mb4;
CREATE VIEW pv AS SELECT p.n, c.t FROM p JOIN c ON c.p = p.id;
CREATE FUNCTION pf(x varchar(10) CHARSET utf8mb4) RETURNS varchar(10) CHARSET utf8mb4 DETERMINISTIC RETURN x;
