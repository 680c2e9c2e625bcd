CREATE TABLE products (
  id    int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name  text NOT NULL UNIQUE,
  price numeric(10, 2) NOT NULL CHECK (price >= 0)
);
COMMENT ON TABLE products IS 'What the shop sells.';
