-- Constraints of every kind, beside torture.sql. Every constraint here is checked by the server itself.
-- Several schemas with a table of the same name; a search path of its own is no help.
CREATE SCHEMA lab;
CREATE SCHEMA "Lab";

-- Constraints over ranges, geometry, networks and bits: exclusion, unique and CHECK.
CREATE TABLE lab.reservation (
    id integer PRIMARY KEY,
    room integer NOT NULL,
    during tstzrange NOT NULL,
    days daterange NOT NULL CHECK (NOT isempty(days)),
    slots int8multirange NOT NULL CHECK (NOT isempty(slots)),
    EXCLUDE USING gist (during WITH &&, days WITH =) WHERE (room > 3),
    EXCLUDE USING gist (days WITH &&)
);
CREATE TABLE lab.region (id integer PRIMARY KEY, area box NOT NULL, spot circle NOT NULL, EXCLUDE USING gist (area WITH &&), EXCLUDE USING gist (spot WITH &&));
CREATE TABLE lab.slot_owner (owner text NOT NULL, place integer NOT NULL, EXCLUDE (owner WITH =, place WITH =));
CREATE TABLE lab.shapes (
    p point CHECK (p[0] >= 0), l line, s lseg, b box, pa path NOT NULL CHECK (npoints(pa) >= 2), po polygon NOT NULL, c circle CHECK (radius(c) > 0)
);
CREATE TABLE lab.nic (
    mac macaddr8 PRIMARY KEY,
    mac6 macaddr UNIQUE,
    host inet NOT NULL UNIQUE CHECK (family(host) = 4),
    net cidr NOT NULL CHECK (masklen(net) <= 24),
    flags bit(16) NOT NULL UNIQUE,
    mask bit varying(40) NOT NULL UNIQUE,
    key bytea NOT NULL CHECK (octet_length(key) = 16),
    token bytea UNIQUE CHECK (length(token) <= 20)
);
CREATE TABLE lab.document (
    id integer PRIMARY KEY,
    content xml NOT NULL CHECK (content IS DOCUMENT),
    body jsonb NOT NULL CHECK (body ? 'id' AND jsonb_typeof(body -> 'id') = 'number'),
    search tsvector GENERATED ALWAYS AS (to_tsvector('english', body::text)) STORED,
    keyed jsonb NOT NULL UNIQUE,
    price money NOT NULL UNIQUE CHECK (price > '0'::money),
    at time NOT NULL CHECK (at >= '08:00' AND at < '18:00'),
    lasts interval NOT NULL CHECK (lasts > '0' AND lasts <= '30 days')
);

-- Unique indexes over expressions and with conditions.
CREATE TABLE lab.person (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant integer NOT NULL,
    first_name text NOT NULL,
    last_name text NOT NULL,
    email text NOT NULL,
    details jsonb NOT NULL DEFAULT '{}',
    archived boolean NOT NULL DEFAULT false,
    kind text NOT NULL CHECK (kind IN ('a', 'b')),
    seen_at timestamptz
);
CREATE UNIQUE INDEX ON lab.person (lower(email));
CREATE UNIQUE INDEX ON lab.person ((lower(first_name) || ' ' || lower(last_name)), tenant);
CREATE UNIQUE INDEX ON lab.person (tenant, coalesce(seen_at, 'epoch'), last_name) WHERE NOT archived AND kind = 'a';
CREATE UNIQUE INDEX ON lab.person (md5(first_name || email));
CREATE TABLE lab.json_keyed (data jsonb NOT NULL, n integer NOT NULL);
CREATE UNIQUE INDEX ON lab.json_keyed ((data ->> 'id'));
CREATE TABLE lab.one_row (only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one), title text);
CREATE TABLE lab.daily (day timestamptz NOT NULL, metric text NOT NULL, value numeric);
CREATE UNIQUE INDEX ON lab.daily (date_trunc('day', day AT TIME ZONE 'UTC'), metric);

-- CHECKs with patterns, lengths and several columns.
CREATE DOMAIN lab.iban AS text CHECK (VALUE ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$');
CREATE DOMAIN lab.percent AS numeric(5, 2) CHECK (VALUE BETWEEN 0 AND 100);
CREATE DOMAIN lab.tags AS text[] CHECK (array_length(VALUE, 1) BETWEEN 1 AND 5);
CREATE DOMAIN lab.scores AS lab.percent[] CHECK (cardinality(VALUE) <= 3);
CREATE DOMAIN lab.nested AS lab.percent NOT NULL CHECK (VALUE > 10);
CREATE TABLE lab.checked (
    id integer PRIMARY KEY,
    iban lab.iban NOT NULL UNIQUE,
    plate text NOT NULL CHECK (plate ~ '^[A-Z]{1,3}-[A-Z]{1,2} [0-9]{1,4}$'),
    code varchar(10) NOT NULL UNIQUE CHECK (code SIMILAR TO '[A-Z]{3}[0-9]{4}'),
    hex text NOT NULL CHECK (hex ~* '^#?([0-9a-f]{6}|[0-9a-f]{3})$'),
    ean char(13) NOT NULL CHECK (ean ~ '^\d+$' AND length(ean) = 13),
    phone text CHECK (phone ~ '^\+[1-9]\d{6,14}$'),
    url text NOT NULL CHECK (url LIKE 'https://%'),
    ref text NOT NULL UNIQUE CHECK (ref LIKE 'R\_%' AND char_length(ref) BETWEEN 8 AND 12),
    not_like text NOT NULL CHECK (not_like NOT LIKE '% %' AND not_like !~ '[A-Z]'),
    tags lab.tags NOT NULL,
    scores lab.scores,
    n lab.nested,
    share lab.percent NOT NULL,
    low integer NOT NULL, high integer NOT NULL, mid integer NOT NULL,
    net numeric(10, 2) NOT NULL CHECK (net >= 0), tax numeric(10, 2) NOT NULL CHECK (tax >= 0), gross numeric(10, 2) NOT NULL,
    starts date NOT NULL, ends date NOT NULL,
    kind text NOT NULL, company text, birthday date,
    width integer NOT NULL, depth integer NOT NULL,
    even integer NOT NULL CHECK (even % 2 = 0),
    upper_name text NOT NULL CHECK (upper_name = upper(upper_name)),
    year integer NOT NULL CHECK (year >= 1900 AND year <= date_part('year', '2030-01-01'::date)),
    CHECK (low < mid AND mid < high),
    CHECK (gross = net + tax),
    CHECK (ends > starts AND ends <= starts + 365),
    CHECK ((kind = 'company' AND company IS NOT NULL AND birthday IS NULL) OR (kind = 'person' AND company IS NULL)),
    CHECK (width * depth <= 10000 AND width > 0 AND depth > 0),
    CHECK (CASE WHEN kind = 'company' THEN share > 50 ELSE share <= 50 END)
);
CREATE TABLE lab.interval_check (id integer PRIMARY KEY, starts timestamptz NOT NULL, ends timestamptz NOT NULL, CHECK (ends <= starts + interval '1 day' AND ends >= starts));

-- Composite types in composite types, arrays of domains in them, and a composite of a table's row.
CREATE TYPE lab.money_amount AS (amount numeric(12, 2), currency char(3));
CREATE TYPE lab.line AS (no integer, price lab.money_amount, percents lab.percent[]);
CREATE DOMAIN lab.positive_amount AS lab.money_amount CHECK ((VALUE).amount > 0);
CREATE TABLE lab.invoice (id integer PRIMARY KEY, lines lab.line[] NOT NULL, total lab.positive_amount NOT NULL, snapshot lab.one_row);
CREATE TYPE lab.span AS RANGE (subtype = double precision);
CREATE TYPE lab.text_range AS RANGE (subtype = text);
CREATE TABLE lab.spans (id integer PRIMARY KEY, s lab.span NOT NULL, t lab.text_range NOT NULL, m nummultirange NOT NULL, d datemultirange, tm tsmultirange, i4 int4multirange);

-- Partitions: nested with defaults, over two columns, over an expression, hash over two, list with NULL.
CREATE TABLE lab.measure (tenant integer NOT NULL, taken_at timestamp NOT NULL, kind text, value double precision, PRIMARY KEY (tenant, taken_at)) PARTITION BY LIST (tenant);
CREATE TABLE lab.measure_1 PARTITION OF lab.measure FOR VALUES IN (1, 2) PARTITION BY RANGE (taken_at);
CREATE TABLE lab.measure_1_2024 PARTITION OF lab.measure_1 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE lab.measure_1_rest PARTITION OF lab.measure_1 DEFAULT;
CREATE TABLE lab.measure_rest PARTITION OF lab.measure DEFAULT PARTITION BY HASH (tenant);
CREATE TABLE lab.measure_rest_0 PARTITION OF lab.measure_rest FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE lab.measure_rest_1 PARTITION OF lab.measure_rest FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE lab.by_month (id bigint NOT NULL, happened date NOT NULL) PARTITION BY RANGE (date_trunc('month', happened::timestamp));
CREATE TABLE lab.by_month_a PARTITION OF lab.by_month FOR VALUES FROM (MINVALUE) TO ('2024-06-01');
CREATE TABLE lab.by_month_b PARTITION OF lab.by_month FOR VALUES FROM ('2024-06-01') TO (MAXVALUE);
CREATE TABLE lab.by_hash (a integer NOT NULL, b text NOT NULL, PRIMARY KEY (a, b)) PARTITION BY HASH (a, b);
CREATE TABLE lab.by_hash_0 PARTITION OF lab.by_hash FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE lab.by_hash_1 PARTITION OF lab.by_hash FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE lab.by_hash_2 PARTITION OF lab.by_hash FOR VALUES WITH (MODULUS 3, REMAINDER 2);
CREATE TABLE lab.by_state (state text, n integer) PARTITION BY LIST (state);
CREATE TABLE lab.by_state_null PARTITION OF lab.by_state FOR VALUES IN (NULL, 'new');
CREATE TABLE lab.by_state_rest PARTITION OF lab.by_state DEFAULT;
CREATE TABLE lab.only_default (id integer PRIMARY KEY, v text) PARTITION BY RANGE (id);
CREATE TABLE lab.only_default_d PARTITION OF lab.only_default DEFAULT;
CREATE TABLE lab.measure_note (id serial PRIMARY KEY, tenant integer NOT NULL, taken_at timestamp NOT NULL, FOREIGN KEY (tenant, taken_at) REFERENCES lab.measure);
CREATE TABLE lab.checked_part (id integer NOT NULL, v text NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE lab.checked_part_1 PARTITION OF lab.checked_part (CHECK (v <> 'x'), CONSTRAINT v_upper CHECK (v = upper(v))) FOR VALUES FROM (0) TO (1000000);

-- Inheritance with its own checks and keys; several parents.
CREATE TABLE lab.animal (id integer PRIMARY KEY, name text NOT NULL CHECK (name <> ''));
CREATE TABLE lab.pet (owner text NOT NULL);
CREATE TABLE lab.dog (PRIMARY KEY (id), good boolean NOT NULL CHECK (good)) INHERITS (lab.animal, lab.pet);

-- Row-level security, forced upon the owner; rules; unlogged; a view with a rule over it; a foreign key to a table of another schema.
CREATE TABLE lab.secret (id integer PRIMARY KEY, owner name NOT NULL, body text);
ALTER TABLE lab.secret ENABLE ROW LEVEL SECURITY;
ALTER TABLE lab.secret FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON lab.secret USING (owner = current_user) WITH CHECK (owner = current_user);
CREATE UNLOGGED TABLE lab.cache (key text PRIMARY KEY, value bytea);
CREATE TABLE "Lab".secret ("Id" integer PRIMARY KEY REFERENCES lab.secret, "Über" text UNIQUE, "a b" lab.percent, "user" integer);
CREATE TABLE "Lab"."select" ("order" integer PRIMARY KEY, "from" integer NOT NULL REFERENCES "Lab".secret ("Id"), "quote""d" text NOT NULL);

-- Keys: deferrable unique, referenced; NULLS with partial; composite self reference; three in a circle, all not null and deferrable; MATCH FULL; FK onto unique, not primary.
CREATE TABLE lab.ring_a (id integer PRIMARY KEY, next integer NOT NULL UNIQUE DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE lab.ring_b (id integer PRIMARY KEY, a integer NOT NULL REFERENCES lab.ring_a DEFERRABLE, next integer NOT NULL);
CREATE TABLE lab.ring_c (id integer PRIMARY KEY, b integer NOT NULL REFERENCES lab.ring_b);
ALTER TABLE lab.ring_a ADD FOREIGN KEY (next) REFERENCES lab.ring_b DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE lab.ring_b ADD FOREIGN KEY (next) REFERENCES lab.ring_c DEFERRABLE INITIALLY IMMEDIATE;
CREATE TABLE lab.unit (country char(2) NOT NULL, no integer NOT NULL, UNIQUE (country, no), parent_country char(2), parent_no integer, FOREIGN KEY (parent_country, parent_no) REFERENCES lab.unit (country, no) MATCH FULL ON DELETE SET NULL);
CREATE TABLE lab.unit_ref (id smallint PRIMARY KEY, country char(2), no integer, FOREIGN KEY (country, no) REFERENCES lab.unit (country, no) MATCH FULL);
CREATE TABLE lab.small (id smallint PRIMARY KEY, level smallint NOT NULL CHECK (level BETWEEN 1 AND 3), flag boolean NOT NULL, UNIQUE (level, flag, id));
CREATE TABLE lab.no_columns ();
CREATE TABLE lab.all_generated (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, double bigint GENERATED ALWAYS AS (id * 2) STORED);
CREATE TABLE lab.only_generated (x integer GENERATED ALWAYS AS (1) STORED);

-- An exclusion over a column and an expression, and keys of types that have few values known here.
CREATE TABLE lab.cage (id integer PRIMARY KEY, cage int4range NOT NULL, animal text NOT NULL, EXCLUDE USING gist (cage WITH &&, box(point(id, id), point(id, id)) WITH &&));
CREATE TABLE lab.lsn (at pg_lsn PRIMARY KEY, path jsonpath, x xid, s txid_snapshot, t tid, v tsquery UNIQUE, tz timetz UNIQUE, f8 float8 UNIQUE, f4 float4 UNIQUE, iv interval UNIQUE, n numeric UNIQUE);

-- Periods in two columns that must not overlap, for all rows or for those that share something.
CREATE TABLE lab.stay (
    id serial PRIMARY KEY, arrives date NOT NULL, leaves date, CHECK (leaves > arrives),
    EXCLUDE USING gist (daterange(arrives, leaves) WITH &&)
);
CREATE TABLE lab.shift (
    place point NOT NULL, begins timestamptz NOT NULL, ends timestamptz NOT NULL,
    EXCLUDE USING gist (box(place, place) WITH &&, tstzrange(begins, ends, '[]') WITH &&)
);

-- What a check names is worth trying: documents, arrays, rows, and texts made of its constants.
CREATE DOMAIN lab.priced AS lab.money_amount CHECK ((VALUE).amount >= 0 AND (VALUE).currency IN ('EUR', 'USD'));
CREATE TABLE lab.suggested (
    id integer PRIMARY KEY,
    items jsonb NOT NULL CHECK (jsonb_typeof(items) = 'array' AND jsonb_array_length(items) > 0),
    contact jsonb NOT NULL CHECK (contact ? 'kind' AND contact ->> 'kind' = 'email'),
    labels text[] NOT NULL CHECK (labels @> ARRAY['x']),
    roles text[] NOT NULL CHECK (roles <@ ARRAY['a', 'b', 'c'] AND cardinality(roles) > 0),
    price lab.priced NOT NULL,
    address text NOT NULL CHECK (position('@' in address) > 1),
    customer text NOT NULL CHECK (left(customer, 4) = 'cus_'),
    number text NOT NULL CHECK (number::integer > 0),
    password text NOT NULL CHECK (password ~ '^(?=.*\d)(?=.*[a-z]).{8,40}$'),
    letter text NOT NULL CHECK (letter = ANY (string_to_array('a,b', ','))),
    token text NOT NULL CHECK (octet_length(token) <= 12),
    host inet NOT NULL CHECK (host << inet '192.168.7.0/24'),
    lasts interval NOT NULL CHECK (lasts BETWEEN '1 hour' AND '1 day'),
    since tstzrange NOT NULL CHECK (lower(since) IS NOT NULL AND upper_inf(since))
);
-- One of several foreign keys, each of them unique; two that must differ; a row that the application knows by its number.
CREATE TABLE lab.comment (id integer PRIMARY KEY);
CREATE TABLE lab.post (id integer PRIMARY KEY);
CREATE TABLE lab.report (id integer PRIMARY KEY, comment_id integer UNIQUE REFERENCES lab.comment, post_id integer UNIQUE REFERENCES lab.post, CHECK (num_nonnulls(comment_id, post_id) = 1));
CREATE TABLE lab.follower (follower integer NOT NULL REFERENCES lab.comment, followed integer NOT NULL REFERENCES lab.comment, PRIMARY KEY (follower, followed), CHECK (follower <> followed));
CREATE TABLE lab.merger (kept integer NOT NULL REFERENCES lab.post, merged integer NOT NULL UNIQUE REFERENCES lab.post, CHECK (kept <> merged));
CREATE TABLE lab.known (id serial PRIMARY KEY, kind integer NOT NULL, note text, CHECK (id <> 1 OR (kind = -7 AND note IS NULL)));

-- Foreign keys that say the same twice, in a circle.
CREATE TABLE lab.hen (id integer PRIMARY KEY, egg integer NOT NULL);
CREATE TABLE lab.egg (id integer PRIMARY KEY, hen integer NOT NULL REFERENCES lab.hen, CONSTRAINT again FOREIGN KEY (hen) REFERENCES lab.hen);
ALTER TABLE lab.hen ADD FOREIGN KEY (egg) REFERENCES lab.egg, ADD CONSTRAINT again FOREIGN KEY (egg) REFERENCES lab.egg;

-- Partitions over two columns that are referred to, over an expression alone, below with the same bounds; foreign keys of single ones.
CREATE TABLE lab.visit (id bigint NOT NULL, at date NOT NULL, place text NOT NULL, PRIMARY KEY (id, at, place)) PARTITION BY RANGE (at, place);
CREATE TABLE lab.visit_1 PARTITION OF lab.visit FOR VALUES FROM ('2024-01-01', 'a') TO ('2024-06-01', 'm');
CREATE TABLE lab.visit_2 PARTITION OF lab.visit FOR VALUES FROM ('2024-06-01', 'm') TO ('2025-01-01', 'c');
CREATE TABLE lab.visit_ref (id integer PRIMARY KEY, visit bigint NOT NULL, at date NOT NULL, place text NOT NULL, FOREIGN KEY (visit, at, place) REFERENCES lab.visit);
CREATE TABLE lab.by_name (id integer NOT NULL REFERENCES lab.post, name text NOT NULL) PARTITION BY LIST (lower(name));
CREATE TABLE lab.by_name_1 PARTITION OF lab.by_name FOR VALUES IN ('x', 'y');
CREATE TABLE lab.by_tenant (tenant text NOT NULL, id integer NOT NULL, post_id integer NOT NULL, PRIMARY KEY (tenant, id)) PARTITION BY LIST (tenant);
CREATE TABLE lab.by_tenant_a PARTITION OF lab.by_tenant FOR VALUES IN ('a') PARTITION BY RANGE (id);
CREATE TABLE lab.by_tenant_a1 PARTITION OF lab.by_tenant_a (FOREIGN KEY (post_id) REFERENCES lab.post) FOR VALUES FROM (0) TO (1000000);
CREATE TABLE lab.by_tenant_b PARTITION OF lab.by_tenant FOR VALUES IN ('b') PARTITION BY RANGE (id);
CREATE TABLE lab.by_tenant_b1 PARTITION OF lab.by_tenant_b (FOREIGN KEY (post_id) REFERENCES lab.post) FOR VALUES FROM (0) TO (1000000);
CREATE TABLE lab.computed_key (id integer PRIMARY KEY, first text NOT NULL, last text NOT NULL, whole text GENERATED ALWAYS AS (lower(first || ' ' || last)) STORED UNIQUE);

-- Foreign keys in order, tied to other columns, NOT NULL by a check; columns that must differ.
CREATE TABLE lab.pair (one integer NOT NULL REFERENCES lab.post, other integer NOT NULL REFERENCES lab.post, PRIMARY KEY (one, other), CHECK (one < other));
CREATE TABLE lab.singer (id integer PRIMARY KEY, kind integer NOT NULL REFERENCES lab.post, gender integer REFERENCES lab.comment, CHECK ((kind IN (2, 5) AND gender IS NULL) OR (kind = 7 AND gender > 3)));
CREATE TABLE lab.owned (id serial PRIMARY KEY, post_id integer REFERENCES lab.post, CHECK (post_id IS NOT NULL));
CREATE TABLE lab.twofold (a integer NOT NULL UNIQUE, b integer NOT NULL UNIQUE, c smallint NOT NULL, CHECK (a <> b), CHECK (c <> a));

-- What single partitions ask for: keys, other parents, checks that contradict each other.
CREATE TABLE lab.runner (id bigint NOT NULL, kind smallint NOT NULL, owner integer, token text NOT NULL, PRIMARY KEY (id, kind)) PARTITION BY LIST (kind);
CREATE TABLE lab.runner_1 PARTITION OF lab.runner (UNIQUE (token), CHECK (owner IS NULL)) FOR VALUES IN (1);
CREATE TABLE lab.runner_2 PARTITION OF lab.runner (CHECK (owner IS NOT NULL), FOREIGN KEY (owner) REFERENCES lab.post) FOR VALUES IN (2);
CREATE TABLE lab.runner_3 PARTITION OF lab.runner (CHECK (owner IS NOT NULL), FOREIGN KEY (owner) REFERENCES lab.known) FOR VALUES IN (3);

-- What the server computes and may not be able to, or computes alike of different values.
CREATE TABLE lab.computed (n integer NOT NULL, number varchar(20) NOT NULL, m integer NOT NULL, doubled integer GENERATED ALWAYS AS (n * 2) STORED CHECK (doubled > 10 AND doubled % 3 = 0), tenfold integer GENERATED ALWAYS AS (m * 10) STORED);
CREATE INDEX ON lab.computed ((number::integer));
CREATE TABLE lab.bucket (n integer NOT NULL, place integer GENERATED ALWAYS AS (n % 10) STORED UNIQUE);
CREATE TABLE lab.lettered (post_id integer NOT NULL REFERENCES lab.post, name text NOT NULL);
CREATE UNIQUE INDEX ON lab.lettered (post_id, upper(left(name, 1)));
CREATE TABLE lab.digest (sha bytea NOT NULL CHECK (octet_length(sha) = 20), short bytea NOT NULL UNIQUE CHECK (length(short) < 6), iswc char(15) NOT NULL CHECK (iswc ~ '^T-?\d{3}.?\d{3}.?\d{3}[-.]?\d$'), of text NOT NULL CHECK (to_regclass(of) IS NOT NULL));
CREATE TABLE lab.runner_cost (id serial PRIMARY KEY, runner_id bigint NOT NULL, kind smallint NOT NULL, token text, FOREIGN KEY (runner_id, kind) REFERENCES lab.runner_2, FOREIGN KEY (token) REFERENCES lab.runner_1 (token));

-- Defaults that a check forbids, so that every row must say something else; elements of an array that a domain checks before the table does.
CREATE TABLE lab.to_be_told (
    id integer PRIMARY KEY,
    name text NOT NULL DEFAULT '' CHECK (name <> ''),
    price numeric NOT NULL DEFAULT 0.00 CHECK (price > 0.00),
    state text NOT NULL DEFAULT 'none' CHECK (state IN ('new', 'sold'))
);
CREATE DOMAIN lab.dose AS integer CHECK (VALUE BETWEEN 10 AND 500);
CREATE DOMAIN lab.doses AS lab.dose[] CHECK (cardinality(VALUE) BETWEEN 1 AND 3);
CREATE TABLE lab.prescription (id integer PRIMARY KEY, doses lab.doses NOT NULL, CHECK (cardinality(doses) >= id % 2));
-- A key of which the type leaves few values, in a form that the check alone says.
CREATE TABLE lab.territory (code char(3) PRIMARY KEY CHECK (code = upper(code) AND length(code) = 3), old varchar(9) UNIQUE CHECK (old IS NULL OR old = upper(old)));
-- What is referred to and may be NULL, where a check leaves it NULL in some rows; partitions that are partitioned themselves.
CREATE TABLE lab.sparse (id integer PRIMARY KEY, old integer UNIQUE, n integer NOT NULL, CHECK (old IS NULL OR abs(n) > 5));
CREATE TABLE lab.sparse_ref (id integer PRIMARY KEY, old integer NOT NULL REFERENCES lab.sparse (old));
CREATE TABLE lab.sparse_order (id integer PRIMARY KEY, one integer NOT NULL REFERENCES lab.sparse (old), other integer NOT NULL REFERENCES lab.sparse (old), CHECK (one < other));
CREATE TABLE lab.sparse_pair (a integer NOT NULL, code varchar(9), n integer NOT NULL, UNIQUE (a, code), CHECK (code IS NULL OR abs(n) > 5));
CREATE TABLE lab.sparse_full (id integer PRIMARY KEY, a integer, code varchar(9), FOREIGN KEY (a, code) REFERENCES lab.sparse_pair (a, code) MATCH FULL);
CREATE TABLE lab.log (tenant integer NOT NULL, at date NOT NULL, id bigint NOT NULL, PRIMARY KEY (tenant, at, id)) PARTITION BY LIST (tenant);
CREATE TABLE lab.log_1 PARTITION OF lab.log FOR VALUES IN (1, 2) PARTITION BY RANGE (at);
CREATE TABLE lab.log_1_2024 PARTITION OF lab.log_1 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE lab.log_1_2025 PARTITION OF lab.log_1 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE lab.log_2 PARTITION OF lab.log FOR VALUES IN (3, 4) PARTITION BY HASH (id);
CREATE TABLE lab.log_2_0 PARTITION OF lab.log_2 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE TABLE lab.log_ref (id integer PRIMARY KEY, tenant_1 integer NOT NULL, at_1 date NOT NULL, id_1 bigint NOT NULL, tenant_2 integer NOT NULL, at_2 date NOT NULL, id_2 bigint NOT NULL, FOREIGN KEY (tenant_1, at_1, id_1) REFERENCES lab.log_1, FOREIGN KEY (tenant_2, at_2, id_2) REFERENCES lab.log_2);

-- Keys that are each other's: of a captain and a squad, of a lock and how it is held, of a row in two parts; a key that is a part of a foreign key.
CREATE TABLE lab.squad (id serial PRIMARY KEY, captain integer NOT NULL);
CREATE TABLE lab.player (id serial PRIMARY KEY, squad integer NOT NULL REFERENCES lab.squad, UNIQUE (squad, id));
ALTER TABLE lab.squad ADD FOREIGN KEY (id, captain) REFERENCES lab.player (squad, id) DEFERRABLE;
CREATE TABLE lab.held (name text NOT NULL, key text NOT NULL, exclusive boolean NOT NULL, token text NOT NULL, UNIQUE (name, key), UNIQUE (name, key, exclusive));
CREATE TABLE lab.hold (name text NOT NULL, key text NOT NULL, exclusive boolean NOT NULL, token text NOT NULL, UNIQUE (name, key, token), FOREIGN KEY (name, key, exclusive) REFERENCES lab.held (name, key, exclusive));
ALTER TABLE lab.held ADD FOREIGN KEY (name, key, token) REFERENCES lab.hold (name, key, token) DEFERRABLE INITIALLY DEFERRED;
CREATE TABLE lab.half (id integer PRIMARY KEY, a text);
CREATE TABLE lab.other_half (id integer PRIMARY KEY REFERENCES lab.half, b text);
ALTER TABLE lab.half ADD FOREIGN KEY (id) REFERENCES lab.other_half DEFERRABLE;
CREATE TABLE lab.bill (tenant integer NOT NULL, id integer NOT NULL UNIQUE, PRIMARY KEY (tenant, id));
CREATE TABLE lab.payment (tenant integer NOT NULL, bill integer NOT NULL UNIQUE, FOREIGN KEY (tenant, bill) REFERENCES lab.bill);
-- A list that is compared without regard to case, in a key.
CREATE TABLE lab.attribute (post_id integer NOT NULL REFERENCES lab.post, name text NOT NULL CHECK (lower(name) IN ('fullname', 'email')), PRIMARY KEY (post_id, name));
-- Parents of which a check and a domain of the child admit some.
CREATE DOMAIN lab.even AS integer CHECK (VALUE % 2 = 0);
CREATE TABLE lab.picky (id serial PRIMARY KEY, post_id lab.even NOT NULL REFERENCES lab.post, other integer NOT NULL REFERENCES lab.post CHECK (other > 20), third integer CHECK (third % 7 = 3) REFERENCES lab.post);
-- Several columns that must all differ: foreign keys to few rows, to rows that may have no key, and small numbers of their own.
CREATE TABLE lab.team (id integer PRIMARY KEY CHECK (id BETWEEN 1 AND 4));
CREATE TABLE lab.podium (id serial PRIMARY KEY, gold integer NOT NULL REFERENCES lab.team, silver integer NOT NULL REFERENCES lab.team, bronze integer REFERENCES lab.team, CHECK (gold <> silver AND silver <> bronze AND gold <> bronze));
CREATE TABLE lab.podium_old (gold integer NOT NULL REFERENCES lab.sparse (old), silver integer NOT NULL REFERENCES lab.sparse (old), bronze integer NOT NULL REFERENCES lab.sparse (old), CHECK (gold <> silver), CHECK (silver <> bronze), CHECK (gold <> bronze));
CREATE TABLE lab.dice (a smallint NOT NULL CHECK (a BETWEEN 1 AND 4), b smallint NOT NULL CHECK (b BETWEEN 1 AND 4), c smallint CHECK (c BETWEEN 1 AND 4), CHECK (a <> c AND b <> c AND a <> b));
-- Keys that must pass a check: numbers at intervals, texts and documents that hold what the check names, also where they are referred to.
CREATE TABLE lab.even_key (id integer PRIMARY KEY CHECK (id % 2 = 0), old bigint UNIQUE CHECK (old % 7 = 3 AND old > 100), square integer NOT NULL UNIQUE CHECK (square * square > 10000));
CREATE TABLE lab.even_ref (id integer PRIMARY KEY, even integer NOT NULL REFERENCES lab.even_key);
CREATE TABLE lab.named_key (
    urn text NOT NULL UNIQUE CHECK (split_part(urn, ':', 1) = 'urn'),
    site text NOT NULL UNIQUE CHECK (right(site, 4) = '.com'),
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z-]+$'),
    labels text[] NOT NULL UNIQUE CHECK (labels @> '{x}'),
    weekday date NOT NULL UNIQUE CHECK (extract(isodow FROM weekday) < 6)
);
CREATE TABLE lab.kept_document (kind text NOT NULL CHECK (kind IN ('a', 'b')), document jsonb NOT NULL CHECK (jsonb_typeof(document) = 'object' AND document ? 'name'), UNIQUE (kind, document));
-- What is equal to something that the server computes of the row's key.
CREATE TABLE lab.derived (
    id bigint PRIMARY KEY,
    md5 text NOT NULL UNIQUE CHECK (md5 = md5(id::text)),
    name text NOT NULL,
    slug text NOT NULL CHECK (slug = lower(replace(name, ' ', '-')) || '-' || id),
    path text NOT NULL CHECK (path = id::text || '/'),
    depth integer NOT NULL CHECK (depth = length(path))
);
-- Fields and elements of a domain with a pattern.
CREATE DOMAIN lab.zip AS text CHECK (VALUE ~ '^\d{5}$');
CREATE DOMAIN lab.short_zip AS lab.zip CHECK (length(VALUE) = 5);
CREATE TYPE lab.place AS (street text, zip lab.zip, short lab.short_zip);
CREATE TABLE lab.placed (id integer PRIMARY KEY, place lab.place NOT NULL, places lab.place[], zips lab.zip[] NOT NULL);
-- A foreign key that must match another one among rows that may have no key, and a namesake that may be NULL.
CREATE TABLE lab.sparse_user (tenant integer NOT NULL, id integer, n integer NOT NULL, UNIQUE (tenant, id), CHECK (id IS NULL OR n % 2 = 0));
CREATE TABLE lab.sparse_code (tenant integer NOT NULL, code text, sub integer, n integer NOT NULL, UNIQUE (tenant, code, sub), CHECK (code IS NULL OR n % 2 = 0));
CREATE TABLE lab.sparse_item (tenant integer NOT NULL, user_id integer NOT NULL, code text NOT NULL, sub integer NOT NULL, FOREIGN KEY (tenant, user_id) REFERENCES lab.sparse_user (tenant, id), FOREIGN KEY (tenant, code, sub) REFERENCES lab.sparse_code (tenant, code, sub));
CREATE TABLE lab.process (id integer PRIMARY KEY, process_instance_id varchar(64) UNIQUE, n integer NOT NULL, CHECK (process_instance_id IS NULL OR n % 2 = 0));
CREATE TABLE lab.process_history (id integer PRIMARY KEY, process_instance_id varchar(64) NOT NULL);
-- A foreign key whose own check allows only some of the rows that it refers to.
CREATE TABLE lab.vehicle (id integer PRIMARY KEY, kind text NOT NULL CHECK (kind IN ('car', 'truck')), UNIQUE (id, kind));
CREATE TABLE lab.truck (id integer PRIMARY KEY, kind text NOT NULL DEFAULT 'truck' CHECK (kind = 'truck'), load integer NOT NULL, FOREIGN KEY (id, kind) REFERENCES lab.vehicle (id, kind));

-- Partial keys on the same columns, which few values keep rows out of; what a tenant's column has where another key over it is left out;
-- rows of several tables, of which a column says the name.
CREATE TYPE lab.reason AS ENUM ('starting', 'ending', 'periodic', 'other');
CREATE TABLE lab.network (id uuid PRIMARY KEY);
CREATE TABLE lab.login (id serial PRIMARY KEY, network uuid NOT NULL REFERENCES lab.network, UNIQUE (id, network));
CREATE TABLE lab.logout (
    id serial PRIMARY KEY, network uuid NOT NULL REFERENCES lab.network, login integer,
    FOREIGN KEY (login, network) REFERENCES lab.login (id, network)
);
CREATE TABLE lab.stretch (
    id serial PRIMARY KEY, login integer NOT NULL REFERENCES lab.login, network uuid NOT NULL REFERENCES lab.network,
    reason lab.reason, redone integer REFERENCES lab.login, UNIQUE (login, network)
);
CREATE UNIQUE INDEX ON lab.stretch (network, reason) WHERE reason = 'starting' AND redone IS NULL;
CREATE UNIQUE INDEX ON lab.stretch (network, reason) WHERE reason = 'ending' AND redone IS NULL;
CREATE TABLE lab.replacement (id serial PRIMARY KEY, login integer NOT NULL REFERENCES lab.login, by integer REFERENCES lab.login);
CREATE UNIQUE INDEX ON lab.replacement (login) WHERE by IS NULL;
CREATE TABLE lab.folder (id serial PRIMARY KEY, name text);
CREATE TABLE lab.remark (id serial PRIMARY KEY, remarkable_type text, remarkable_id bigint);
CREATE TABLE lab.vote (
    id serial PRIMARY KEY, voter integer NOT NULL REFERENCES lab.login,
    votable_type text NOT NULL CHECK (votable_type IN ('Login', 'Folder')), votable_id integer NOT NULL,
    UNIQUE (voter, votable_type, votable_id)
);

-- A check by a function that reads the row which a foreign key refers to.
CREATE TABLE lab.role (id varchar(21) PRIMARY KEY, type text NOT NULL CHECK (type IN ('User', 'Machine')));
CREATE FUNCTION lab.is_for(role varchar, wanted text) RETURNS boolean LANGUAGE plpgsql
AS $$ BEGIN RETURN (SELECT r.type = wanted FROM lab.role r WHERE r.id = role); END $$;
CREATE TABLE lab.grantee (id integer PRIMARY KEY, role varchar(21) NOT NULL REFERENCES lab.role, CHECK (lab.is_for(role, 'User')));

-- Foreign keys that share a column, in unique keys: of both, and of the one that may be NULL.
CREATE TABLE lab.tenant (id integer PRIMARY KEY);
CREATE TABLE lab.client (tenant integer REFERENCES lab.tenant, id integer, PRIMARY KEY (tenant, id));
CREATE TABLE lab.article (tenant integer REFERENCES lab.tenant, id integer, PRIMARY KEY (tenant, id));
CREATE TABLE lab.favourite (
    id serial PRIMARY KEY, tenant integer NOT NULL, client integer NOT NULL, article integer, UNIQUE (tenant, client, article),
    FOREIGN KEY (tenant, client) REFERENCES lab.client, FOREIGN KEY (tenant, article) REFERENCES lab.article
);
CREATE TABLE lab.exclusive (
    id serial PRIMARY KEY, tenant integer NOT NULL, client integer NOT NULL, article integer, UNIQUE (tenant, article),
    FOREIGN KEY (tenant, client) REFERENCES lab.client, FOREIGN KEY (tenant, article) REFERENCES lab.article
);

-- Periods that must not overlap and may not be long; accounts of one tenant that differ; rows for a default partition.
CREATE TABLE lab.slot (
    id serial PRIMARY KEY, begins timestamptz NOT NULL, ends timestamptz NOT NULL,
    CHECK (ends > begins), CHECK (ends - begins <= interval '8 hours'), CHECK (ends >= begins + interval '10 minutes'),
    EXCLUDE USING gist (tstzrange(begins, ends) WITH &&)
);
CREATE TABLE lab.account (tenant uuid NOT NULL, id bigint NOT NULL, PRIMARY KEY (tenant, id));
CREATE TABLE lab.transfer (
    id serial PRIMARY KEY, tenant uuid NOT NULL, debit bigint NOT NULL, credit bigint NOT NULL, CHECK (debit <> credit),
    FOREIGN KEY (tenant, debit) REFERENCES lab.account, FOREIGN KEY (tenant, credit) REFERENCES lab.account
);
CREATE TABLE lab.by_land (id serial, land text NOT NULL) PARTITION BY LIST (land);
CREATE TABLE lab.by_land_de PARTITION OF lab.by_land FOR VALUES IN ('Germany');
CREATE TABLE lab.by_land_rest PARTITION OF lab.by_land DEFAULT;
-- A key of a length that must pass checks without a solved form; history that stays in order though its checks are tried.
CREATE TABLE lab.coded (code text PRIMARY KEY CHECK (length(code) = 6 AND code = upper(code) AND code ~ '[0-9]'));
CREATE TABLE lab.participant (
    id serial PRIMARY KEY, created_at timestamptz NOT NULL, status text NOT NULL CHECK (status IN ('active', 'gone')), gone_at timestamptz,
    CHECK ((status = 'gone') = (gone_at IS NOT NULL)), CHECK (gone_at >= created_at)
);
-- No constraint, but names that say what follows from what.
CREATE TABLE lab.receipt (
    id serial PRIMARY KEY, quantity integer NOT NULL, unit_price numeric(10, 2) NOT NULL, subtotal numeric(14, 2) NOT NULL, tax_rate numeric(4, 2) NOT NULL,
    tax_amount numeric(14, 2) NOT NULL, total numeric(14, 2) NOT NULL, min_qty integer NOT NULL, max_qty integer NOT NULL,
    ordered_at timestamptz NOT NULL, delivered_at timestamptz NOT NULL, due_date date NOT NULL, issue_date date NOT NULL
);
