--
-- PostgreSQL database dump
--

\restrict 5fXIt1Vdc8XmH6dVKaMgVKkQzS3xXbOUbSuAlgGpm9YcPnkwbXKcQfvZAbcdefg

-- Dumped from database version 17.6

SET statement_timeout = 0;
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);

CREATE TABLE public.t (
    id integer NOT NULL,
    note text DEFAULT 'a;b'::text
);

COPY public.t (id, note) FROM stdin;
1	one
2	\N
\.


ALTER TABLE ONLY public.t
    ADD CONSTRAINT t_pkey PRIMARY KEY (id);


--
-- PostgreSQL database dump complete
--

\unrestrict 5fXIt1Vdc8XmH6dVKaMgVKkQzS3xXbOUbSuAlgGpm9YcPnkwbXKcQfvZAbcdefg

