CREATE TABLE products (
  id    int AUTO_INCREMENT PRIMARY KEY,
  name  varchar(100) NOT NULL UNIQUE,
  price decimal(10, 2) NOT NULL CHECK (price >= 0)
) COMMENT = 'What the shop sells.';
