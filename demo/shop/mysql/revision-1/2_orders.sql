CREATE TABLE orders (
  id         int AUTO_INCREMENT PRIMARY KEY,
  product_id int NOT NULL,
  quantity   int NOT NULL DEFAULT 1,
  state      enum('placed', 'paid', 'shipped') NOT NULL DEFAULT 'placed',
  placed_at  datetime NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT orders_product FOREIGN KEY (product_id) REFERENCES products (id)
);
