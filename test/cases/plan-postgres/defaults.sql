-- before
CREATE TABLE t (a text DEFAULT 'it''s', b int[] DEFAULT '{1,2}', c timestamptz DEFAULT now(), d jsonb DEFAULT '{"a": [1, "x"]}', e uuid DEFAULT gen_random_uuid(), f boolean DEFAULT true);
-- after
CREATE TABLE t (a text DEFAULT E'x\ny', b int[] DEFAULT ARRAY[3,4], c timestamptz DEFAULT (now() + '1 day'::interval), d jsonb DEFAULT '{}', e text DEFAULT gen_random_uuid()::text, f boolean NOT NULL);
