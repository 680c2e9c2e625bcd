SELECT 1;
  \. other.sql
