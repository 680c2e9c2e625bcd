SELECT 1;
source other.sql
