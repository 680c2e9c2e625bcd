-- before
CREATE TYPE money_amount AS (amount numeric, currency char(3));
CREATE TABLE line (id int PRIMARY KEY, total money_amount, CHECK ((total).amount >= 0));
CREATE VIEW lv AS SELECT (total).currency AS c, sum((total).amount) AS s FROM line GROUP BY 1;
CREATE FUNCTION add_money(a money_amount, b money_amount) RETURNS money_amount LANGUAGE sql AS $$ SELECT ROW(a.amount + b.amount, a.currency)::money_amount $$;
-- after
CREATE TYPE money_amount AS (amount numeric(20,4), currency varchar(3));
CREATE TABLE line (id int PRIMARY KEY, total money_amount, CHECK ((total).amount > 0));
CREATE VIEW lv AS SELECT (total).currency AS c, sum((total).amount) AS s FROM line GROUP BY 1;
CREATE FUNCTION add_money(a money_amount, b money_amount) RETURNS money_amount LANGUAGE sql IMMUTABLE AS $$ SELECT ROW(a.amount + b.amount, a.currency)::money_amount $$;
