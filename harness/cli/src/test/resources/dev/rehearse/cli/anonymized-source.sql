-- A small shop with every kind of key and planted values: the family Kowalczykowa, her mail address and her phone.
CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE DOMAIN mail AS text CHECK (VALUE ~ '^[^@ ]+@[^@ ]+\.[a-z]{2,}$');
CREATE TYPE contact AS (name text, phone text, age integer);

CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ssn text NOT NULL UNIQUE CONSTRAINT ssn_form CHECK (ssn ~ '^\d{3}-\d{2}-\d{4}$'),
  first_name text NOT NULL,
  last_name varchar(20) NOT NULL,
  email mail NOT NULL,
  phone text,
  phone_digits bigint,
  born date,
  iban text,
  last_ip inet,
  status text NOT NULL CHECK (status IN ('active', 'closed')),
  plan text,
  mood mood,
  vip boolean,
  credit numeric(10, 2) CHECK (credit >= 0),
  referred_by bigint REFERENCES customers,
  favourite_order bigint,
  tags text[],
  contact contact,
  extra jsonb,
  photo bytea,
  avatar_id uuid,
  birth_day smallint,
  birth_number integer CHECK (birth_number BETWEEN 19000101 AND 20991231),
  full_name text GENERATED ALWAYS AS (first_name || ' ' || last_name) STORED,
  created_at timestamptz NOT NULL);
CREATE UNIQUE INDEX customers_email ON customers (lower(email));
CREATE UNIQUE INDEX customers_phone_of_active ON customers (phone) WHERE status = 'active';

CREATE TABLE orders (
  id bigserial PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES customers,
  payer_ssn text REFERENCES customers (ssn),
  placed_on date NOT NULL,
  total numeric NOT NULL);
CREATE INDEX ON orders (customer_id);
ALTER TABLE customers ADD CONSTRAINT favourite FOREIGN KEY (favourite_order) REFERENCES orders DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE order_lines (
  order_id bigint REFERENCES orders,
  line_no integer,
  sku text NOT NULL,
  quantity integer NOT NULL,
  PRIMARY KEY (order_id, line_no));

CREATE TABLE notes (
  id serial PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES customers,
  order_id bigint,
  line_no integer,
  body text,
  doc jsonb,
  raw xml,
  props text,
  mentions text[],
  hotline text,
  page text,
  packed text,
  avatar text,
  FOREIGN KEY (order_id, line_no) REFERENCES order_lines);

CREATE TABLE "Visits" (at timestamptz NOT NULL, page text, "user name" text) PARTITION BY RANGE (at);
CREATE TABLE visits_old PARTITION OF "Visits" FOR VALUES FROM (MINVALUE) TO ('2025-01-01');
CREATE TABLE visits_new PARTITION OF "Visits" DEFAULT;

INSERT INTO customers (ssn, first_name, last_name, email, phone, phone_digits, born, iban, last_ip, status, plan, mood, vip, credit,
                       referred_by, tags, contact, extra, photo, created_at)
SELECT format('%s-%s-%s', 100 + i % 800, 10 + i % 90, 1000 + i), f, l,
       lower(f) || '.' || lower(l) || i || '@mail.example.org', '+49 151 ' || (2000000 + i * 37), 491510000000 + i * 7919,
       date '1950-01-01' + i * 9, CASE WHEN i % 3 = 0 THEN 'DE89370400440532013000' END, ('10.' || i % 200 || '.3.' || i % 250)::inet,
       CASE WHEN i % 10 = 0 THEN 'closed' ELSE 'active' END, CASE WHEN i % 4 = 0 THEN 'gold' ELSE 'free' END,
       (ARRAY['happy', 'sad'])[1 + i % 2]::mood, i % 2 = 0, i % 977, NULLIF(i / 2, 0), ARRAY['likes ' || lower(f), NULL],
       ROW(f || ' ' || l, '0151 ' || i, i % 90)::contact,
       jsonb_build_object('lang', 'de', 'contact', jsonb_build_object('email', lower(l) || i || '@work.example'), 'score', i % 7),
       convert_to(f, 'UTF8'), timestamptz '2024-01-01' + i * interval '1 hour'
FROM generate_series(1, 2000) i,
     LATERAL (SELECT (ARRAY['Annegret', 'Bartholomew', 'Chiara', 'Dorothea', 'Eleonora', 'Ferdinand'])[1 + i % 6] AS f,
                     (ARRAY['Zimmermann', 'Oyelaran', 'Fitzgerald', 'Petrosyan', 'Lindqvist', 'Castellanos', 'Wojciechowski'])[1 + i % 7] AS l) n;
INSERT INTO customers (ssn, first_name, last_name, email, phone, status, created_at)
VALUES ('987-65-4321', 'Zofia', 'Kowalczykowa', 'zofia.planted@secret.example', '+48 601 777 888', 'active', '2024-05-05');
UPDATE customers SET avatar_id = md5(email)::uuid, birth_day = extract(day FROM born), birth_number = to_char(born, 'YYYYMMDD')::integer;
INSERT INTO orders (customer_id, payer_ssn, placed_on, total)
SELECT id, CASE WHEN i % 2 = 0 THEN ssn END, date '2024-01-01' + i % 365, i % 991
FROM (SELECT i, 1 + (i * i) % 1999 AS customer FROM generate_series(1, 6000) i) o JOIN customers c ON c.id = o.customer ORDER BY i;
INSERT INTO order_lines SELECT id, n, 'SKU-' || 1000 + (id * n) % 500, n FROM orders, generate_series(1, 1 + id % 2) n;
UPDATE customers c SET favourite_order = (SELECT min(id) FROM orders o WHERE o.customer_id = c.id) WHERE id % 3 = 0;
INSERT INTO notes (customer_id, order_id, line_no, body, doc, raw, props, mentions)
SELECT c.id, o.id, CASE WHEN o.id IS NOT NULL THEN 1 END, 'Call from ' || c.last_name || ' about order ' || i || ', please write to ' || c.email,
       jsonb_build_object('kind', 'call', 'text', 'asked ' || upper(c.last_name) || ' to wait', 'minutes', i % 60), '<note by="shop">fine</note>',
       '"channel"=>"mail"', ARRAY[c.first_name]
FROM generate_series(1, 2500) i JOIN customers c ON c.id = 1 + i % 2000 LEFT JOIN orders o ON o.id = i AND i % 2 = 0;
INSERT INTO notes (customer_id, body, doc, raw, props, mentions, hotline, page, packed, avatar)
SELECT id, 'Frau KOWALCZYKOWA rang again.', '{"text": "mail zofia.planted@secret.example today"}', '<note by="Kowalczykowa">fine</note>',
       '"owner"=>"kowalczykowa"', '{"the house, of the Kowalczykowa family"}', 'ring (601) 777888 or 0048-601-777-888',
       '<b>K&#111;walczykowa</b>', encode('ring Kowalczykowa', 'base64'), 'https://avatar.example/' || md5(email) || '.png'
FROM customers WHERE last_name = 'Kowalczykowa';
INSERT INTO "Visits" SELECT timestamptz '2024-06-01' + i * interval '5 hours', '/shop/' || i % 20, 'user' || i % 300 FROM generate_series(1, 2000) i;

CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a trigger fired'; END $$;
CREATE TRIGGER refuses BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE MATERIALIZED VIEW customers_by_plan AS SELECT plan, count(*) AS customers FROM customers GROUP BY plan;
CREATE ROLE reader LOGIN PASSWORD 'reader' IN ROLE pg_read_all_data;
REVOKE ALL ON DATABASE source FROM PUBLIC;
GRANT CONNECT ON DATABASE source TO reader;
ANALYZE;
