DROP TABLE orders;
DROP TYPE state;
