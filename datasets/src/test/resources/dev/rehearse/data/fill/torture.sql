-- A schema that has what makes filling hard. Every constraint here is checked by the server itself.
CREATE SCHEMA shop;
CREATE SCHEMA "Odd Names";

CREATE TYPE shop.mood AS ENUM ('sad', 'ok', 'happy', 'so-so "quoted"');
CREATE DOMAIN shop.email AS varchar(120) CHECK (VALUE LIKE '%@%') NOT NULL;
CREATE DOMAIN shop.positive AS integer CHECK (VALUE > 0 AND VALUE <= 500);
CREATE DOMAIN shop.sku AS char(8) CHECK (length(VALUE) = 8);
CREATE TYPE shop.place AS (street text, number integer, at point);

CREATE TABLE shop.country (code char(2) PRIMARY KEY, name text NOT NULL UNIQUE);

CREATE TABLE shop.tenant (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name varchar(20) NOT NULL UNIQUE,
    country char(2) NOT NULL REFERENCES shop.country
);

CREATE TABLE shop.customer (
    tenant_id integer NOT NULL REFERENCES shop.tenant,
    id bigserial,
    email shop.email,
    first_name varchar(5),
    mood shop.mood NOT NULL DEFAULT 'ok',
    referred_by bigint,
    home shop.place,
    tags text[] NOT NULL,
    loyalty shop.positive,
    born date CHECK (born > '1930-01-01' AND born < CURRENT_DATE),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL,
    deleted_at timestamptz,
    full_label text GENERATED ALWAYS AS (coalesce(first_name, '?') || ' ' || id::text) STORED,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (id),
    CONSTRAINT updated_after_created CHECK (updated_at >= created_at),
    FOREIGN KEY (tenant_id, referred_by) REFERENCES shop.customer (tenant_id, id)
);
CREATE UNIQUE INDEX customer_email ON shop.customer (tenant_id, lower(email)) WHERE deleted_at IS NULL;
CREATE INDEX customer_created ON shop.customer (created_at) WHERE deleted_at IS NULL;
COMMENT ON INDEX shop.customer_created IS 'it''s here';

CREATE TABLE shop.product (
    tenant_id integer NOT NULL REFERENCES shop.tenant,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    sku shop.sku NOT NULL UNIQUE,
    price numeric(10, 2) NOT NULL CHECK (price > 0),
    sale_price numeric(10, 2),
    weight real,
    kind text NOT NULL CHECK (kind IN ('simple', 'bundle', 'gift')),
    color text CHECK (color = 'red' OR color = 'blue'),
    attributes jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT sale_is_cheaper CHECK (sale_price IS NULL OR sale_price < price)
);

CREATE TABLE shop.orders (
    tenant_id integer NOT NULL,
    id bigint NOT NULL,
    customer_id bigint NOT NULL,
    status varchar(12) NOT NULL DEFAULT 'new',
    total numeric(12, 2) NOT NULL DEFAULT 0 CHECK (total >= 0),
    placed_at timestamp(0) NOT NULL,
    shipped_on date,
    note varchar(4000),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (id),
    CONSTRAINT orders_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES shop.customer (tenant_id, id) ON DELETE CASCADE DEFERRABLE
);
CREATE INDEX orders_placed ON shop.orders USING brin (placed_at);
CREATE INDEX orders_status ON shop.orders (status, placed_at DESC NULLS LAST) INCLUDE (total) WITH (fillfactor = 80);
COMMENT ON CONSTRAINT orders_customer ON shop.orders IS 'who bought';

CREATE TABLE shop.order_line (
    tenant_id integer NOT NULL,
    order_id bigint NOT NULL,
    line_no smallint NOT NULL CHECK (line_no >= 1),
    product_id uuid NOT NULL,
    quantity integer NOT NULL CHECK (quantity BETWEEN 1 AND 50),
    unit_price numeric(10, 2) NOT NULL,
    amount numeric(14, 2) GENERATED ALWAYS AS (quantity * unit_price) STORED,
    PRIMARY KEY (tenant_id, order_id, line_no),
    FOREIGN KEY (tenant_id, order_id) REFERENCES shop.orders (tenant_id, id),
    FOREIGN KEY (tenant_id, product_id) REFERENCES shop.product (tenant_id, id)
);

-- One to one, and a join table over two parents.
CREATE TABLE shop.order_invoice (
    order_id bigint PRIMARY KEY REFERENCES shop.orders (id),
    number integer NOT NULL UNIQUE
);
CREATE TABLE shop.tag (id serial PRIMARY KEY, label varchar(6) NOT NULL UNIQUE);
CREATE TABLE shop.order_tag (
    order_id bigint REFERENCES shop.orders (id),
    tag_id integer REFERENCES shop.tag (id),
    PRIMARY KEY (order_id, tag_id),
    UNIQUE (tag_id, order_id)
);

-- A tree, and a chain in which every row has at most one successor.
CREATE TABLE shop.category (
    id integer PRIMARY KEY,
    parent_id integer REFERENCES shop.category,
    follows integer NOT NULL UNIQUE REFERENCES shop.category,
    name text NOT NULL
);

-- A cycle of two tables, not null on both sides, and a longer one.
CREATE TABLE shop.department (id serial PRIMARY KEY, head_id integer NOT NULL, name text NOT NULL);
CREATE TABLE shop.employee (id serial PRIMARY KEY, department_id integer NOT NULL REFERENCES shop.department, boss_id integer REFERENCES shop.employee);
ALTER TABLE shop.department ADD CONSTRAINT department_head FOREIGN KEY (head_id) REFERENCES shop.employee DEFERRABLE INITIALLY DEFERRED;
CREATE TABLE shop.a (id integer PRIMARY KEY, b_id integer);
CREATE TABLE shop.b (id integer PRIMARY KEY, c_id integer);
CREATE TABLE shop.c (id integer PRIMARY KEY, a_id integer REFERENCES shop.a);
ALTER TABLE shop.a ADD FOREIGN KEY (b_id) REFERENCES shop.b;
ALTER TABLE shop.b ADD FOREIGN KEY (c_id) REFERENCES shop.c NOT VALID;

-- Either a customer or a product, never both.
CREATE TABLE shop.comment (
    id bigint GENERATED BY DEFAULT AS IDENTITY (START WITH 100) PRIMARY KEY,
    customer_id bigint REFERENCES shop.customer (id),
    order_id bigint REFERENCES shop.orders (id),
    code text NOT NULL CHECK (code LIKE 'C-%' AND upper(code) = code),
    body text,
    CONSTRAINT one_subject CHECK (num_nonnulls(customer_id, order_id) = 1),
    CONSTRAINT body_not_blank CHECK (btrim(body) <> '')
);

-- One default address per customer.
CREATE TABLE shop.address (
    id serial PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES shop.customer (id),
    is_default boolean NOT NULL,
    line text NOT NULL
);
CREATE UNIQUE INDEX one_default ON shop.address (customer_id) WHERE is_default;

-- Partitions of each kind.
CREATE TABLE shop.event (
    id bigint GENERATED ALWAYS AS IDENTITY,
    happened_at timestamptz NOT NULL,
    customer_id bigint REFERENCES shop.customer (id),
    payload jsonb,
    PRIMARY KEY (id, happened_at)
) PARTITION BY RANGE (happened_at);
CREATE TABLE shop.event_2019 PARTITION OF shop.event FOR VALUES FROM ('2019-01-01 00:00:00+00') TO ('2020-01-01 00:00:00+00');
CREATE TABLE shop.event_2020 PARTITION OF shop.event FOR VALUES FROM ('2020-01-01 00:00:00+00') TO ('2021-01-01 00:00:00+00');
CREATE INDEX ON shop.event (happened_at);

CREATE TABLE shop.reading (region text NOT NULL, sensor integer NOT NULL, value double precision, PRIMARY KEY (region, sensor)) PARTITION BY LIST (region);
CREATE TABLE shop.reading_eu PARTITION OF shop.reading FOR VALUES IN ('de', 'fr') PARTITION BY HASH (sensor);
CREATE TABLE shop.reading_eu_0 PARTITION OF shop.reading_eu FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE shop.reading_eu_1 PARTITION OF shop.reading_eu FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE shop.reading_us PARTITION OF shop.reading FOR VALUES IN ('it''s us');

CREATE TABLE shop.ledger (id integer PRIMARY KEY, amount money NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE shop.ledger_1 PARTITION OF shop.ledger FOR VALUES FROM (1) TO (1000000);
CREATE TABLE shop.ledger_2 PARTITION OF shop.ledger FOR VALUES FROM (1000000) TO (2000000);
CREATE TABLE shop.ledger_rest PARTITION OF shop.ledger DEFAULT;

CREATE TABLE shop.twofold (a integer NOT NULL, b text NOT NULL, c integer) PARTITION BY RANGE (a, b);
CREATE TABLE shop.twofold_1 PARTITION OF shop.twofold FOR VALUES FROM (1, 'a') TO (5, 'm');
CREATE TABLE shop.twofold_2 PARTITION OF shop.twofold FOR VALUES FROM (5, 'm') TO (500000, MAXVALUE);

-- Names that need quotes, a table that its script fills, one whose name is in two schemas.
CREATE TABLE "Odd Names"."My ""Table""" (
    "The Key" integer PRIMARY KEY,
    "select" text NOT NULL,
    "größe" integer CHECK ("größe" BETWEEN 10 AND 20),
    "camelCase Column" date
);
CREATE TABLE "Odd Names".orders (id integer PRIMARY KEY, parent integer REFERENCES "Odd Names"."My ""Table""");
CREATE TABLE shop.currency (code char(3) PRIMARY KEY, digits smallint NOT NULL);
INSERT INTO shop.currency VALUES ('EUR', 2), ('JPY', 0);
CREATE TABLE shop.price_list (id serial PRIMARY KEY, currency char(3) NOT NULL REFERENCES shop.currency, valid tstzrange NOT NULL);

-- Every type.
CREATE TABLE shop.everything (
    id uuid PRIMARY KEY,
    a smallint, b integer, c bigint, d real, e double precision, f numeric, g numeric(38, 20), h numeric(5, 5), i money,
    j boolean, k text, l varchar(3), m char(4), n "char", o name, p bytea, q date, r time, s timetz, t timestamp, u timestamptz(3),
    v interval, w json, x jsonb, y xml, z inet, aa cidr, ab macaddr, ac macaddr8, ad bit(5), ae bit varying(9), af tsvector, ag tsquery,
    ah point, ai line, aj lseg, ak box, al path, am polygon, an circle, ao shop.mood[], ap integer[], aq text[][], ar timestamptz[],
    at int4range, au numrange, av tstzrange, aw daterange, ax int8multirange, ay shop.place, az shop.place[], ba shop.positive[],
    bb pg_lsn, bc oid, bd varchar(10)[], be interval day to second, bf bit, bg numeric(3, 0), bh regclass, bi jsonpath
);
ALTER TABLE shop.everything ALTER COLUMN a SET NOT NULL, ALTER COLUMN p SET NOT NULL, ALTER COLUMN bb SET NOT NULL, ALTER COLUMN av SET NOT NULL;

-- Rows that a trigger would refuse, a table that a trigger would fill, inheritance, a view over all.
CREATE TABLE shop.audit (id bigserial PRIMARY KEY, what text);
CREATE FUNCTION shop.log_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON shop.tag FOR EACH ROW EXECUTE FUNCTION shop.log_it();
CREATE TRIGGER off BEFORE INSERT ON shop.category FOR EACH ROW EXECUTE FUNCTION shop.log_it();
ALTER TABLE shop.category DISABLE TRIGGER off;
CREATE TRIGGER always AFTER INSERT ON shop.event FOR EACH ROW EXECUTE FUNCTION shop.log_it();
CREATE TABLE shop.base (id integer PRIMARY KEY, name text);
CREATE TABLE shop.derived (extra integer) INHERITS (shop.base);
CREATE MATERIALIZED VIEW shop.totals AS SELECT status, count(*) AS orders FROM shop.orders GROUP BY status;
CREATE TABLE shop.booking (room integer NOT NULL, during int4range NOT NULL, EXCLUDE USING gist (during WITH &&));

-- Checks without a solved form that ordinary values satisfy, also in a unique column; regular expressions; sums; a cycle with a check.
CREATE TABLE shop.account (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email text NOT NULL UNIQUE CHECK (email ~* '^[^@ ]+@[^@ ]+\.[a-z]+$'),
    slug text NOT NULL CHECK (slug = lower(slug)),
    settings jsonb NOT NULL CHECK (jsonb_typeof(settings) = 'object'),
    state shop.mood NOT NULL,
    closed boolean NOT NULL,
    closed_at timestamptz,
    CONSTRAINT closed_has_date CHECK (closed = (closed_at IS NOT NULL)),
    UNIQUE (state, closed, email)
);
CREATE UNIQUE INDEX one_happy_account ON shop.account ((true)) WHERE state = 'happy';
