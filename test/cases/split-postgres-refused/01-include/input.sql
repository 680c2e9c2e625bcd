  \i tables.sql
