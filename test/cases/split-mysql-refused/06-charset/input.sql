\C utf8mb4
