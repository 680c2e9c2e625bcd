CREATE TYPE order_state AS ENUM ('placed', 'paid', 'shipped');

CREATE TABLE orders (
  id         int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  product_id int NOT NULL REFERENCES products,
  quantity   int NOT NULL DEFAULT 1,
  state      order_state NOT NULL DEFAULT 'placed',
  placed_at  timestamptz NOT NULL DEFAULT now()
);
