create type T as enum ('A');
